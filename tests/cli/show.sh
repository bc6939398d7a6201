#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One domain, to read and to parse.
. "$(dirname "$0")/streams.sh"
requires jq
take kvm1
expect_status 0 "$virt_ledger" ingest "$streams/kvm2.jsonl"

expect_status 0 "$virt_ledger" show web-2
expect_lines 'web-2' \
  'Domain         web-2' \
  'UUID           10000000-0000-4000-8000-000000000003' \
  'Hypervisor     qemu://kvm1/system' \
  'State          shut off' \
  'Virtualization hybrid' \
  'Type           kvm' \
  'OS type        hvm' \
  'Architecture   x86_64' \
  'Machine        pc-q35-7.2' \
  'CPUs           2' \
  'Memory         2G' \
  'Template       no' \
  'First seen     2023-11-14T22:13:20Z' \
  'Last seen      2023-11-14T22:13:20Z' \
  '' \
  'Interfaces:' \
  'MAC               TYPE    SOURCE  MODEL  TARGET' \
  '52:54:00:00:00:03 network default virtio' \
  '' \
  'Disks:' \
  'DISK AND ITS IMAGES   FORMAT VIRTUAL_SIZE ALLOCATED PROVISIONING STATUS' \
  'vda virtio disk' \
  '└─/srv/web-2.qcow2    qcow2           20G      196K thin         ok' \
  '  └─/srv/golden.qcow2 qcow2           20G      1.2G thin         ok' \
  '' \
  'Guests:' \
  'ROAD ROOT STATUS DETAIL HOSTNAME OS_NAME FILESYSTEM MARKS READ_AT' \
  'disk vda1 ok            web-2            ext4             2023-11-14T22:13:20Z' \
  '' \
  'Identities:' \
  'KIND            STATE   VALUE                            SINCE' \
  'dbus-machine-id missing                                  2023-11-14T22:13:20Z' \
  'machine-id      valid   11111111111111111111111111111111 2023-11-14T22:13:20Z'

expect_status 0 "$virt_ledger" show web-2 --bytes
grep -q '21474836480' "$work/out" || fail 'no bytes'

# By UUID, by its beginning in either case, by hypervisor.
expect_status 0 "$virt_ledger" show 20000000-0000-4000-8000-000000000002
expect_status 0 "$virt_ledger" show 20000000-0000-4000-8000-000000000002 --format json
expect_equal 'by UUID' '"mail"' "$(jq .domain.name "$work/out")"
expect_status 0 "$virt_ledger" show -c qemu+ssh://kvm2/system web-1 --format jsonl
expect_equal 'by URI' '"20000000-0000-4000-8000-000000000001"' "$(jq .domain.uuid "$work/out")"
expect_equal 'lines' 1 "$(wc -l <"$work/out")"
expect_status 0 "$virt_ledger" show -c qemu://kvm1/system web-1 --format json
expect_equal 'by name of the hypervisor' '"10000000-0000-4000-8000-000000000002"' "$(jq .domain.uuid "$work/out")"
expect_equal 'an empty drive' '{"target":"sda","chain":[]}' "$(jq -c '.disks[0] | {target, chain}' "$work/out")"
expect_equal 'a chain' '["/srv/web-1.qcow2","/srv/golden.qcow2"]' "$(jq -c '[.disks[1].chain[].path]' "$work/out")"

# Several are listed.
expect_status 1 "$virt_ledger" show web-1
expect_error "'web-1' may mean 2 domains"
expect_error '10000000-0000-4000-8000-000000000002  web-1  qemu://kvm1/system'
expect_error '20000000-0000-4000-8000-000000000001  web-1  qemu://kvm2/system'
expect_status 1 "$virt_ledger" show 1000
expect_error 'may mean 9 domains'

for none in nobody 100 'web-1%' '' "') OR 1=1 --"; do
  expect_status 1 "$virt_ledger" show "$none"
  expect_error 'there is no domain'
done
