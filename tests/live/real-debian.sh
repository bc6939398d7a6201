#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A real Debian, its IDs made by systemd and dbus themselves, as a qcow2 template with two clones.
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/images.sh"
requires_root
requires mmdebstrap mke2fs sfdisk debugfs qemu-img qemu-io

# Made once and kept: both builds read the same disk.
cache=$SOURCE/build-cache
mkdir -p "$cache"

make_debian() {
  local root=$work/debian
  mmdebstrap --quiet --variant=minbase --include=systemd-sysv,dbus bookworm "$root" ||
    skip 'mmdebstrap could not make a Debian (no network?)'
  printf 'debian\n' >"$root/etc/hostname"
  chroot "$root" sh -c 'systemd-machine-id-setup && rm -f /var/lib/dbus/machine-id && dbus-uuidgen --ensure'
  disk_new gpt "$work/debian.raw" "$root" debian 512
  mv "$work/debian.raw" "$cache/debian.raw"
}

exec 9>"$cache/lock"
flock 9
[ -f "$cache/debian.raw" ] || make_debian
flock -u 9

qcow2_from "$cache/debian.raw" "$work/debian.qcow2" -c
cp --sparse=always "$cache/debian.raw" "$work/changed.raw"
disk_write "$work/changed.raw" /etc/hostname clone
overlay_of_changes "$work/debian.qcow2" "$cache/debian.raw" "$work/changed.raw" "$work/clone.qcow2"
overlay_new "$work/debian.qcow2" "$work/fresh.qcow2"

{
  echo '<node>'
  for name in debian clone fresh; do
    cat <<EOF
  <domain type="test" xmlns:test="http://libvirt.org/schemas/domain/test/1.0">
    <name>$name</name><uuid>$(uuid_of "domain $name")</uuid><memory unit="MiB">512</memory>
    <os><type arch="x86_64">hvm</type></os>
    <devices>
      <disk type="file" device="disk">
        <driver name="qemu" type="qcow2"/><source file="$work/$name.qcow2"/><target dev="vda" bus="virtio"/>
      </disk>
    </devices>
    <test:runstate>5</test:runstate>
  </domain>
EOF
  done
  echo '</node>'
} >"$work/node.xml"

expect_status 2 "$virt_ledger" scan -c "test://$work/node.xml"

machine_id=$(disk_read "$cache/debian.raw" /etc/machine-id)
[[ $machine_id =~ ^[0-9a-f]{32}$ ]] || fail "systemd made no machine ID: $machine_id"
expect_row 3 "SELECT count(*) FROM machine_ids
               WHERE machine_id = '$machine_id' AND dbus_machine_id = '$machine_id'
                 AND machine_id_state = 'valid' AND dbus_state = 'valid'"
expect_row clone,debian,12 "SELECT hostname, os_id, os_version FROM guests WHERE domain = 'clone'"
expect_row debian "SELECT hostname FROM guests WHERE domain = 'fresh'"
expect_row 1 "SELECT count(*) FROM findings WHERE rule = 'machine-id.duplicate' AND status = 'open'"
expect_row 1 "SELECT count(*) FROM findings WHERE rule = 'template.carries-machine-id' AND status = 'open'"
