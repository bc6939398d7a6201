#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Make the Debian that cloud-init sets up at its first boot, under QEMU, from a NoCloud seed; and the same system set
# up in a chroot, from a seed in a directory. It takes two minutes, so it is kept, for both builds.
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/images.sh"
. "$(dirname "$0")/../lib/debian.sh"
. "$(dirname "$0")/../lib/agent-guests.sh"
. "$(dirname "$0")/../lib/cloud.sh"
requires_root
requires mmdebstrap mke2fs sfdisk qemu-system-x86_64 genisoimage ssh-keygen cpio gcc timeout
requires_debian

# As a cloud's image is: no host keys, no machine ID.
make_system() {
  local root=$1
  debian_new "$root" cloud cloud-init
  rm -f "$root"/etc/ssh/ssh_host_* "$root/var/lib/dbus/machine-id"
  : >"$root/etc/machine-id"
  rm -rf "$root"/var/{cache/apt,lib/apt/lists}/*
}

# cloud_init_in ROOT SEED: what its services would do at a boot, in namespaces, for it sets the host's name.
# shellcheck disable=SC2016 # the script's own
cloud_init_in() {
  local root=$1
  mkdir -p "$root/var/lib/cloud/seed/nocloud"
  cp "$2"/{meta,user}-data "$root/var/lib/cloud/seed/nocloud/"
  sed -i '/^power_state/,$d' "$root/var/lib/cloud/seed/nocloud/user-data"
  unshare --mount --pid --fork --kill-child --uts --net --ipc sh -c '
    mount -t proc proc "$1/proc" && mount -t tmpfs tmpfs "$1/run" && mkdir -p "$1/run/lock" &&
    cd "$1" && exec chroot . sh -c "
      printf \"datasource_list: [NoCloud]\\n\" >/etc/cloud/cloud.cfg.d/99_seed.cfg
      cloud-init init --local; cloud-init init; cloud-init modules --mode=config; cloud-init modules --mode=final"
  ' sh "$root" >"$work/chroot.log" 2>&1 || true # a module that needs systemd fails
  [ -s "$root/var/lib/cloud/data/result.json" ] || {
    tail -n 40 "$work/chroot.log" >&2
    fail 'cloud-init did not finish in the chroot'
  }
}

boot() {
  local folder=$1 words
  words=$(boot_xml "$work/initramfs" | sed -n 's/.*<cmdline>\(.*\)<.cmdline>.*/\1/p')
  timeout 280 qemu-system-x86_64 -accel tcg -m 512 -display none -no-reboot -nic none -serial "file:$folder/console" \
    -kernel "$debian/vmlinuz" -initrd "$work/initramfs" -append "$words" \
    -drive "file=$folder/cloud.raw,if=virtio,format=raw,cache=unsafe" \
    -drive "file=$folder/seed.iso,if=virtio,format=raw,readonly=on" || {
    tail -n 40 "$folder/console" >&2
    fail 'the guest did not come to its end'
  }
}

make_cloud() {
  local folder=$1
  key_new "$folder/alice" ed25519 alice@example.org
  key_new "$folder/default" rsa default@example.org -b 3072
  seed_new "$folder/seed" "$folder/alice.pub" "$folder/default.pub"
  make_system "$work/root"
  disk_new gpt "$folder/cloud.raw" "$work/root" cloud 768
  cloud_init_in "$work/root" "$folder/seed"
  disk_new gpt "$folder/chroot.raw" "$work/root" chroot 768
  initramfs_new "$work/initramfs" "$work/initramfs.d"
  boot "$folder"
  grep -q 'Cloud-init .* finished' "$folder/console" || fail 'cloud-init did not finish'
}

keep_made "$cloud" make_cloud
