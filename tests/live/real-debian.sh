#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A real Debian, its IDs made by systemd and dbus themselves, as a qcow2 template with two clones.
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/images.sh"
. "$(dirname "$0")/../lib/node.sh"
. "$(dirname "$0")/../lib/debian.sh"
requires mke2fs debugfs qemu-img qemu-io
requires_debian

qcow2_from "$debian/debian.raw" "$work/debian.qcow2" -c
cp --sparse=always "$debian/debian.raw" "$work/changed.raw"
disk_write "$work/changed.raw" /etc/hostname clone
overlay_of_changes "$work/debian.qcow2" "$debian/debian.raw" "$work/changed.raw" "$work/clone.qcow2"
overlay_new "$work/debian.qcow2" "$work/fresh.qcow2"

{
  echo '<node>'
  for name in debian clone fresh; do
    node_domain "$name" qcow2 "$work/$name.qcow2"
  done
  echo '</node>'
} >"$work/node.xml"

expect_status 2 "$virt_ledger" scan -c "test://$work/node.xml"

machine_id=$(disk_read "$debian/debian.raw" /etc/machine-id)
[[ $machine_id =~ ^[0-9a-f]{32}$ ]] || fail "systemd made no machine ID: $machine_id"
expect_row 3 "SELECT count(*) FROM machine_ids
               WHERE machine_id = '$machine_id' AND dbus_machine_id = '$machine_id'
                 AND machine_id_state = 'valid' AND dbus_state = 'valid'"
expect_row clone,debian,12 "SELECT hostname, os_id, os_version FROM guests WHERE domain = 'clone'"
expect_row debian "SELECT hostname FROM guests WHERE domain = 'fresh'"
expect_row 1 "SELECT count(*) FROM findings WHERE rule = 'machine-id.duplicate' AND status = 'open'"
expect_row 1 "SELECT count(*) FROM findings WHERE rule = 'template.carries-machine-id' AND status = 'open'"
