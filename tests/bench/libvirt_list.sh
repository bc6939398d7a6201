#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# libvirt-list: 5,000 domains of a private libvirtd, whose images do not exist, against a bare loop of one list
# call and one XML call each.
. "$(dirname "$0")/../live/private-libvirt.sh"
. "$(dirname "$0")/bench.sh"

domains=${BENCH_DOMAINS:-5000}
turns=${BENCH_TURNS:-7}

# Put where libvirtd keeps its definitions: it reads them when it starts.
define_domains() {
  local number
  mkdir -p /etc/libvirt/qemu
  for number in $(seq "$domains"); do
    cat >"/etc/libvirt/qemu/guest-$number.xml" <<EOF
<domain type='qemu'>
  <name>guest-$number</name>
  <uuid>$(printf '00000000-0000-4000-8000-%012x' "$number")</uuid>
  <memory unit='MiB'>512</memory>
  <vcpu>2</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/><source file='/srv/images/guest-$number.qcow2'/><target dev='vda' bus='virtio'/>
    </disk>
    <interface type='user'><mac address='52:54:00:00:$(printf '%02x:%02x' $((number / 256)) $((number % 256)))'/></interface>
  </devices>
</domain>
EOF
  done
}

define_domains
libvirtd_start
uri=qemu:///system
expect_equal 'domains of libvirtd' "$domains" "$(virsh -q -c $uri list --all --name | grep -c guest)"
for turn in $(seq 0 "$turns"); do
  [ "$turn" -ne 1 ] || bench_times=() # the first turn warmed up
  measure ours "$virt_ledger" collect -c "$uri"
  measure bare "$BUILD/tests/bench-bare_list" "$uri"
done
libvirtd_stop

ours=$(ratio "$(median_of ours)" "$domains")
table_head "libvirt-list: $domains domains of a private libvirtd, median of $turns"
table_row 'virt-ledger collect' "$(median_of ours)" "$domains" "$ours"
table_row 'bare list and XML loop' "$(median_of bare)" "$domains" "$ours"
verdict 'virt-ledger / bare loop' "$(ratio "$(median_of ours)" "$(median_of bare)")" '<=' 2
