#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Make the Debian that other stories clone and boot. It takes half a minute, so it is kept, for both builds.
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/images.sh"
. "$(dirname "$0")/../lib/debian.sh"
requires_root
requires mmdebstrap mke2fs sfdisk dpkg-deb

# Beside the system: the kernel of the same archive, downloaded only, for libvirt boots it from outside. A small
# one: that of clouds.
fetch_kernel='
  set -e
  export APT_CONFIG=$MMDEBSTRAP_APT_CONFIG
  kernel=$(apt-cache depends linux-image-cloud-amd64 | sed -n "s/^  Depends: //p")
  mkdir "$1/kernel"
  cd "$1/kernel"
  apt-get -qq download "$kernel"'

make_system() {
  local root=$1
  debian_new "$root" debian qemu-guest-agent --customize-hook="$fetch_kernel"
  printf 'debian\n' >"$root/etc/hostname"
  chroot "$root" sh -c 'systemd-machine-id-setup && rm -f /var/lib/dbus/machine-id && dbus-uuidgen --ensure'
}

# unpack_kernel PACKAGE FOLDER: leaves the kernel and the modules that DEBIAN_MODULES names.
unpack_kernel() {
  local package=$1 folder=$2 module
  dpkg-deb -x "$package" "$work/kernel"
  mkdir "$folder/modules"
  mv "$work"/kernel/boot/vmlinuz-* "$folder/vmlinuz"
  for module in "${DEBIAN_MODULES[@]}"; do
    cp "$(find "$work/kernel" -name "$module.ko")" "$folder/modules/"
  done
}

make_debian() {
  local folder=$1
  make_system "$work/root"
  mv "$work/root/kernel" "$work/package"
  unpack_kernel "$work"/package/*.deb "$folder"
  rm -rf "$work"/root/var/{cache/apt,lib/apt/lists}/*
  disk_new gpt "$folder/debian.raw" "$work/root" debian 512
}

keep_made "$debian" make_debian
