#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# fleet-scan: hypervisors of 100 domains each, nodes of libvirt's test driver, through one `scan --all`, against the
# time of their bare collectors, one after another, divided by the CPUs.
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/bench.sh"

hosts=${BENCH_HOSTS:-1000}
domains=${BENCH_DOMAINS:-100}
sample=${BENCH_SAMPLE:-20} # collectors that are timed alone
turns=${BENCH_TURNS:-3}

mkdir "$work/nodes"
awk -v hosts="$hosts" -v domains="$domains" -v folder="$work/nodes" 'BEGIN {
  for (host = 0; host < hosts; host++) {
    file = folder "/" host ".xml"
    print "<node>" > file
    for (domain = 0; domain < domains; domain++) {
      printf "<domain type=\"test\"><name>web-%d-%d</name>", host, domain > file
      printf "<uuid>%08x-0000-4000-8000-%012x</uuid>", host, domain > file
      printf "<memory>1048576</memory><vcpu>2</vcpu><os><type arch=\"x86_64\">hvm</type></os>" > file
      printf "<devices><interface type=\"network\"><mac address=\"52:54:00:%02x:%02x:%02x\"/>", \
        int(host / 256), host % 256, domain % 256 > file
      print "<source network=\"default\"/></interface></devices></domain>" > file
    }
    print "</node>" > file
    close(file)
  }
}'
for host in $(seq 0 $((hosts - 1))); do
  printf '[hypervisor kvm%d]\nuri = test://%s/nodes/%d.xml\n' "$host" "$work" "$host"
done >"$work/fleet.conf"
export VIRT_LEDGER_CONFIG=$work/fleet.conf

scan_all() {
  remember_memory "$1" "$virt_ledger" -q scan --all --jobs "${BENCH_JOBS:-8}"
}
collect_sample() {
  local host
  for host in $(seq 0 $((hosts / sample)) $((hosts - 1)) | head -n "$sample"); do
    "$virt_ledger" -q collect -c "test://$work/nodes/$host.xml" >/dev/null || [ $? -eq 3 ]
  done
}

measure first scan_all first
for _ in $(seq "$turns"); do
  measure again scan_all again
  measure sample collect_sample
done

guests=$((hosts * domains))
bare=$(awk -v sample="$(median_of sample)" -v times="$hosts" -v of="$sample" -v cpus="$(nproc)" \
  'BEGIN { printf "%d", sample * times / of / cpus }')
reference=$(ratio "$(median_of first)" "$guests")
table_head "fleet-scan: $hosts hypervisors of $domains domains, $(nproc) CPUs"
table_row 'scan --all into a new ledger' "$(median_of first)" "$guests" "$reference"
table_row 'scan --all again' "$(median_of again)" "$guests" "$reference"
table_row 'bare collectors, their sum / CPUs' "$bare" "$guests" "$reference"
verdict 'first / bare' "$(ratio "$(median_of first)" "$bare")" '<=' 2
verdict 'again / bare' "$(ratio "$(median_of again)" "$bare")" '<=' 1.5
verdict 'memory of the first, MiB' "$(memory_of first)" '<=' 200
verdict 'memory of the second, MiB' "$(memory_of again)" '<=' 200
