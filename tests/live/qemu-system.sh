#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A fleet under a private libvirtd: what the ledger says is what virsh, qemu-img and debugfs say.
. "$(dirname "$0")/private-libvirt.sh"
requires jq sqlite3

disks=$work/disks
pool=$work/pool
mkdir -p "$disks" "$pool"

# raw_of NAME: a raw disk with a guest called NAME.
raw_of() {
  tree_new "$work/tree-$1" "$1" "$(machine_id_of "$1")"
  disk_new gpt "$disks/$1.raw" "$work/tree-$1" "$1"
}

make_fleet() {
  raw_of base
  qcow2_from "$disks/base.raw" "$disks/base.qcow2" -c
  domain_define base "$(disk_xml qcow2 "$disks/base.qcow2")"
  for clone in clone-1 clone-2; do
    cp --sparse=always "$disks/base.raw" "$work/changed.raw"
    disk_write "$work/changed.raw" /etc/hostname "$clone"
    overlay_of_changes "$disks/base.qcow2" "$disks/base.raw" "$work/changed.raw" "$disks/$clone.qcow2"
    domain_define "$clone" "$(disk_xml qcow2 "$disks/$clone.qcow2")"
  done
  rm "$disks/base.raw" # no image of the fleet

  raw_of plain
  domain_define plain "$(disk_xml raw "$disks/plain.raw")"

  raw_of running
  domain_define running "$(disk_xml raw "$disks/running.raw")"
  virsh -q -c qemu:///system start running

  raw_of saved
  qcow2_from "$disks/saved.raw" "$disks/saved.qcow2"
  rm "$disks/saved.raw"
  domain_define saved "$(disk_xml qcow2 "$disks/saved.qcow2")"
  virsh -q -c qemu:///system start saved
  virsh -q -c qemu:///system managedsave saved >/dev/null

  qemu-img create -q -f qcow2 -o preallocation=metadata "$disks/metadata.qcow2" 64M
  qemu-img create -q -f raw -o preallocation=falloc "$disks/full.raw" 8M
  domain_define empty "$(disk_xml qcow2 "$disks/metadata.qcow2")$(disk_xml raw "$disks/full.raw" vdb)"
}

make_pool() {
  virsh -q -c qemu:///system pool-create-as pool dir --target "$pool" >/dev/null
  raw_of volume
  qcow2_from "$disks/volume.raw" "$pool/volume.qcow2"
  rm "$disks/volume.raw"
  virsh -q -c qemu:///system vol-create-as pool orphan.qcow2 16M --format qcow2 >/dev/null
  virsh -q -c qemu:///system pool-refresh pool >/dev/null
  domain_define volume "
    <disk type='volume' device='disk'>
      <driver name='qemu' type='qcow2'/><source pool='pool' volume='volume.qcow2'/><target dev='vda' bus='virtio'/>
    </disk>"
}

compare_with_virsh() {
  "$virt_ledger" query --format csv 'SELECT uuid, name, state FROM domains ORDER BY uuid' | tail -n +2 | tr -d '\r' >"$work/ours"
  virsh -q -c qemu:///system list --all --uuid | sort | while read -r uuid; do
    printf '%s,%s,%s\n' "$uuid" "$(virsh -q -c qemu:///system domname "$uuid" | head -n 1)" \
      "$(virsh -q -c qemu:///system domstate "$uuid" | head -n 1)"
  done >"$work/theirs"
  diff -u "$work/theirs" "$work/ours" || fail 'the domains are not those of virsh'
  [ "$(wc -l <"$work/ours")" -eq 8 ] || fail 'not all domains are there'
}

compare_with_qemu_img() {
  local path format size backing allocated info
  "$virt_ledger" query  --format csv "SELECT path, format, virtual_size, allocated, ifnull(backing_path, '') FROM images" |
    tail -n +2 | tr -d '\r' >"$work/images"
  [ "$(wc -l <"$work/images")" -eq 10 ] || fail "not all images are there: $(cat "$work/images")"
  while IFS=, read -r path format size allocated backing; do
    info=$(qemu-img info -U -f "$format" --output json "$path")
    expect_equal "size of $path" "$(jq -r '."virtual-size"' <<<"$info")" "$size"
    expect_equal "allocated of $path" "$(jq -r '."actual-size"' <<<"$info")" "$allocated"
    expect_equal "backing of $path" "$(jq -r '."backing-filename" // ""' <<<"$info")" "$backing"
  done <"$work/images"
}

compare_with_debugfs() {
  local domain path format read=0
  while IFS=, read -r domain path format; do
    qemu-img convert -U -f "$format" -O raw "$path" "$work/flat.raw"
    expect_row "$(disk_read "$work/flat.raw" /etc/machine-id),$(disk_read "$work/flat.raw" /etc/hostname)" \
      "SELECT machine_id, hostname FROM machine_ids JOIN guests USING (domain_id) WHERE guests.domain = '$domain' AND guests.effective"
    read=$((read + 1))
  done < <("$virt_ledger" query --format csv \
    "SELECT domain, image_path, format FROM disks JOIN guests USING (domain_id, domain) WHERE status = 'ok' AND effective" |
    tail -n +2 | tr -d '\r')
  expect_equal 'guests read' 7 "$read"
}

rows_of_facts() {
  sqlite3 -readonly "$VIRT_LEDGER" "
    SELECT (SELECT count(*) FROM domain_fact), (SELECT count(*) FROM disk_fact), (SELECT count(*) FROM image_fact),
           (SELECT count(*) FROM guest_fact), (SELECT count(*) FROM root_fact), (SELECT count(*) FROM identity_fact)"
}

libvirtd_start
make_fleet
make_pool
expect_status 2 "$virt_ledger" scan -c qemu:///system

compare_with_virsh
compare_with_qemu_img
compare_with_debugfs
expect_row no-agent "SELECT status FROM guests WHERE domain = 'running' AND road = 'agent'"
expect_row ok,torn-possible "SELECT status, marks FROM guests WHERE domain = 'running' AND road = 'disk'"
expect_row 1 "SELECT count(*) FROM guests WHERE marks LIKE '%torn-possible%'"
expect_equal 'a managed save' 1 \
  "$(sqlite3 -readonly "$VIRT_LEDGER" "SELECT managed_save FROM domain_fact WHERE name = 'saved' AND until_scan IS NULL")"
expect_row metadata "SELECT provisioning FROM disks WHERE domain = 'empty' AND target = 'vda'"
expect_row preallocated "SELECT provisioning FROM disks WHERE domain = 'empty' AND target = 'vdb'"
expect_row thin "SELECT provisioning FROM disks WHERE domain = 'clone-1'"
expect_row 1 "SELECT count(*) FROM findings WHERE rule = 'machine-id.duplicate' AND status = 'open'"
expect_row 1 "SELECT count(*) FROM findings WHERE rule = 'image.orphan' AND subject LIKE '%orphan.qcow2%'"
expect_row 1 "SELECT is_template FROM domains WHERE name = 'base'"

# The same again writes no fact.
before=$(rows_of_facts)
expect_status 2 "$virt_ledger" scan -c qemu:///system
expect_equal 'facts after a second scan' "$before" "$(rows_of_facts)"

# A domain that is gone is closed, and its history stays.
virsh -q -c qemu:///system undefine plain >/dev/null
expect_status 2 "$virt_ledger" scan -c qemu:///system
expect_row 0 "SELECT count(*) FROM domains WHERE name = 'plain'"
expect_equal 'history of a domain that is gone' 1 \
  "$(sqlite3 -readonly "$VIRT_LEDGER" "SELECT count(*) FROM domain_fact WHERE name = 'plain' AND until_scan IS NOT NULL")"

# No daemon: an error that says so, and nothing is concluded from it.
libvirtd_stop
"$virt_ledger" scan -c qemu:///system >"$work/out" 2>"$work/err" && fail 'a scan without a daemon succeeded'
expect_row 7 'SELECT count(*) FROM domains'
expect_row refused 'SELECT last_status FROM hypervisors'
