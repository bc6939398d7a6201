#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Where a system may lie on its disks: logical partitions, 4096-byte sectors, /var elsewhere, two systems on a
# disk, none at all; and what is said of file systems that are not read.
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/images.sh"
requires qemu-img mke2fs sfdisk debugfs mkswap jq

node=$work/node.xml
echo '<node>' >"$node"

# domain NAME [DISK_XML…]: raw disks NAME.raw as vda, and whatever else.
domain() {
  local name=$1
  shift
  cat >>"$node" <<EOF
<domain type="test" xmlns:test="http://libvirt.org/schemas/domain/test/1.0">
  <name>$name</name><uuid>$(uuid_of "$name")</uuid><memory unit="MiB">64</memory><os><type arch="x86_64">hvm</type></os>
  <devices>$*</devices><test:runstate>5</test:runstate>
</domain>
EOF
}

# disk TARGET IMAGE [MORE_XML]
disk() {
  echo "<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='$work/$2'/>" \
    "<target dev='$1' bus='virtio'/>${3:-}</disk>"
}

# A root in a logical partition, behind a primary one with swap.
tree_new "$work/logical" logical "$(machine_id_of logical)"
truncate -s 64M "$work/logical.raw"
printf 'label: dos\nstart=2048, size=4M, type=82\nstart=12288, type=5\nstart=14336, size=40M, type=83\n' | sfdisk -q "$work/logical.raw"
mkswap -q --offset $((2048 * 512)) "$work/logical.raw" 2>/dev/null || true
ext4_into "$work/logical.raw" $((14336 * 512)) "$work/logical" logical
domain logical "$(disk vda logical.raw)"

# The same table in sectors of 4096 bytes, which only the definition tells.
tree_new "$work/sectors" sectors "$(machine_id_of sectors)"
truncate -s 64M "$work/sectors.raw"
printf 'label: dos\nsector-size: 4096\nstart=256, type=83\n' | sfdisk -q --sector-size 4096 "$work/sectors.raw" 2>/dev/null ||
  printf 'o\nn\np\n1\n256\n\nw\n' | fdisk -b 4096 "$work/sectors.raw" >/dev/null
ext4_into "$work/sectors.raw" $((256 * 4096)) "$work/sectors" sectors
domain sectors "$(disk vda sectors.raw "<blockio logical_block_size='4096' physical_block_size='4096'/>")"

# /var on a disk of its own, by UUID: the D-Bus ID lies there.
tree_new "$work/split" split "$(machine_id_of split)"
mkdir "$work/split-var"
cp -a "$work/split/var/." "$work/split-var"
rm -rf "$work/split/var"
mkdir "$work/split/var"
printf 'UUID=%s /var ext4 defaults 0 2\n' "$(uuid_of 'file system of split-var')" >>"$work/split/etc/fstab"
disk_new gpt "$work/split.raw" "$work/split" split
disk_new none "$work/split-var.raw" "$work/split-var" split-var
domain split "$(disk vda split.raw)" "$(disk vdb split-var.raw)"

# Without that disk the D-Bus ID is unknown, not missing.
domain lost-var "$(disk vda split.raw)"

# Two systems on one disk.
tree_new "$work/first" first "$(machine_id_of first)"
tree_new "$work/second" second "$(machine_id_of second)"
truncate -s 96M "$work/two.raw"
printf 'label: gpt\nstart=2048, size=40M\nstart=83968, size=40M\n' | sfdisk -q "$work/two.raw"
mke2fs -q -F -t ext4 -E offset=$((2048 * 512)) -d "$work/first" "$work/two.raw" 40M
mke2fs -q -F -t ext4 -E offset=$((83968 * 512)) -d "$work/second" "$work/two.raw" 40M
domain two "$(disk vda two.raw)"

# A template that has no domain, below one that was given an ID of its own.
tree_new "$work/golden" golden "$(machine_id_of golden)"
disk_new gpt "$work/golden.raw" "$work/golden" golden
cp "$work/golden.raw" "$work/renewed.raw"
disk_write "$work/renewed.raw" /etc/machine-id "$(machine_id_of renewed)"
disk_write "$work/renewed.raw" /var/lib/dbus/machine-id "$(machine_id_of renewed)"
qcow2_from "$work/golden.raw" "$work/golden.qcow2"
overlay_of_changes "$work/golden.qcow2" "$work/golden.raw" "$work/renewed.raw" "$work/renewed.qcow2"
domain renewed "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='$work/renewed.qcow2'/><target dev='vda'/></disk>"

# Nothing to read: no disk, an empty disk, a file system without a system, one that is not read, a cut image.
domain diskless
truncate -s 8M "$work/blank.raw"
domain blank "$(disk vda blank.raw)"
mkdir "$work/data" && echo data >"$work/data/file"
disk_new none "$work/data.raw" "$work/data" data
domain data "$(disk vda data.raw)"
truncate -s 8M "$work/swap.raw" && mkswap -q "$work/swap.raw" 2>/dev/null
domain swap "$(disk vda swap.raw)"
head -c 300000 "$work/logical.raw" >"$work/cut.raw"
domain cut "$(disk vda cut.raw)"
mkfifo "$work/pipe.raw"
domain pipe "$(disk vda pipe.raw)"
echo '</node>' >>"$node"

expect_status 2 "$virt_ledger" scan -c "test://$node"

# guest NAME ROOT: its machine ID, D-Bus state and marks.
guest() {
  expect_row "$3" "SELECT printf('%s %s %s %s', g.root, g.status, m.value = '$(machine_id_of "${4:-$1}")', d.state) FROM guests AS g
    JOIN root AS r ON r.root = g.root JOIN guest AS t ON t.guest_id = r.guest_id AND t.domain_id = g.domain_id
    JOIN identity_fact AS m ON m.root_id = r.root_id AND m.kind = 'machine-id'
    JOIN identity_fact AS d ON d.root_id = r.root_id AND d.kind = 'dbus-machine-id'
    WHERE g.domain = '$1' AND g.root = '$2'"
}
guest logical vda5 'vda5 ok 1 valid'
guest sectors vda1 'vda1 ok 1 valid'
guest split vda1 'vda1 ok 1 valid'
guest lost-var vda1 'vda1 ok 1 unreadable' split
guest renewed vda1 'vda1 ok 1 valid'
expect_row "image $work/golden.qcow2 carries $(machine_id_of golden) in /etc/machine-id (1 image backs onto it)" \
  "SELECT detail FROM findings WHERE rule = 'template.carries-machine-id'"
guest two vda1 'vda1 ok 1 valid' first
guest two vda2 'vda2 ok 1 valid' second
expect_row mount-missing "SELECT marks FROM guests WHERE domain = 'lost-var'"
status() { expect_row "$2" "SELECT status FROM guests WHERE domain = '$1'"; }
status diskless no-disk
status blank no-filesystem
status data no-root
status swap unsupported-filesystem
status pipe not-regular
expect_row 1 "SELECT status <> 'ok' FROM guests WHERE domain = 'cut'"
expect_row 1 "SELECT detail LIKE '%swap%' FROM guests WHERE domain = 'swap'"

# One ID on one domain twice, or on domains that share a disk by intent, is told for what it is.
expect_row 0 "SELECT count(*) FROM findings WHERE rule = 'machine-id.duplicate' AND detail LIKE '%two%'"
