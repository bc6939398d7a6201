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
