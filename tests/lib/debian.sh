# SPDX-License-Identifier: Apache-2.0
# A Debian that boots under QEMU within seconds: $debian/debian.raw, a disk with systemd, dbus, openssh-server and
# qemu-guest-agent, its IDs made by systemd and dbus themselves; $debian/vmlinuz and the kernel's modules. Made by
# tests/live/debian-guest.sh.

debian_recipe=$(cat "$SOURCE"/tests/live/debian-guest.sh "$SOURCE"/tests/lib/{debian,images}.sh | sha256sum)
debian=$SOURCE/build-cache/debian-${debian_recipe:0:16}

# In the order in which they can be loaded.
DEBIAN_MODULES=(virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk virtio_console
  cdrom isofs)

requires_debian() {
  [ -d "$debian" ] || skip 'needs the Debian of live/debian-guest'
}

# What would only take time at each boot.
idle_units=(apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service
  fstrim.timer getty@tty1.service)

# debian_new ROOT NAME PACKAGES [OPTION…]: a small Debian on the file system that disk_new() makes for NAME; options are
# mmdebstrap's.
debian_new() {
  local root=$1 name=$2 packages=$3
  mmdebstrap --quiet --variant=minbase --include="systemd-sysv,dbus,udev,openssh-server,$packages" \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt=force-unsafe-io \
    "${@:4}" bookworm "$root" || skip 'mmdebstrap could not make a Debian (no network?)'
  printf 'UUID=%s / ext4 errors=remount-ro 0 1\n' "$(uuid_of "file system of $name")" >"$root/etc/fstab"
  chroot "$root" systemctl --quiet mask "${idle_units[@]}"
  touch "$root/etc/.updated" "$root/var/.updated"
}

# keep_made FOLDER MAKE: have MAKE fill a folder, unless it is there. It gets another name first, so that it is
# complete or not there; one of another recipe goes.
keep_made() {
  local folder=$1 make=$2 cache new
  cache=$(dirname "$folder")
  mkdir -p "$cache"
  exec 9>"$cache/lock"
  flock 9
  [ ! -d "$folder" ] || return 0
  rm -rf "${folder%-*}"-*
  new=$(mktemp -d "${folder%-*}-new.XXXXXX")
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf '$work' '$new'" EXIT
  "$make" "$new"
  mv "$new" "$folder"
}
