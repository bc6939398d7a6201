#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Metrics for Prometheus: the format to the letter, the values of the views, a file that is never half written.
. "$(dirname "$0")/streams.sh"
. "$(dirname "$0")/../lib/keys.sh"
requires jq ssh-keygen

metrics=$work/metrics.prom
scan() {
  # The fleet of libvirt's test driver has a domain without a disk, which is not read.
  "$virt_ledger" scan --quiet -c test:///default --prom "$metrics" "$@"
}

# expect_metric VALUE NAME: the sample of that name and its labels.
expect_metric() {
  expect_equal "$2" "$1" "$(name="$2 " awk 'index($0, ENVIRON["name"]) == 1 { print $NF }' "$metrics")"
}

# A host whose name tries to be a label, a line and an escape sequence.
head -n 1 "$streams/kvm2.jsonl" >"$work/hostile.jsonl"
jq -cn '
  {kind: "hypervisor", driver: "QEMU", scope: "system",
   hostname: "a\"} 1\nvirt_ledger_findings{rule=\"\\\u001b[31m"},
  {kind: "domain", uuid: "30000000-0000-4000-8000-000000000001", name: "x", status: "ok"},
  {kind: "end", status: "complete", domains: 1, images: 0, guests: 0, duration_ms: 1500}' >>"$work/hostile.jsonl"
sed -i 's/"version":1/"version":2/; s,qemu://[^"]*,qemu+ssh://hostile/system,' "$work/hostile.jsonl"
take kvm1
expect_status 0 "$virt_ledger" ingest "$streams/kvm2.jsonl"
expect_status 0 "$virt_ledger" ingest "$work/hostile.jsonl"

# Two clones with one host key.
make_key ed25519 "$work/key"
key=$(host_key "$work/key" | jq -cs '{host_keys: .}')
{
  stream_head clones
  stream_guest 1 clone-1 "$key"
  stream_guest 2 clone-2 "$key"
  stream_end 2
} | expect_status 0 "$virt_ledger" ingest

expect_status 2 scan
grammar() {
  awk -f "$(dirname "$0")/prom.awk"
}
expect_equal 'grammar' '' "$(grammar <"$metrics")"
for damage in '/^# TYPE/d' 's/gauge/gouge/' 's/\\"/"/' 's/ [0-9]*$/ x/' 's/{hypervisor=/{/' 's/,rule=/,hypervisor=/' '$p'; do
  [ -n "$(sed "$damage" "$metrics" | grammar)" ] || fail "the grammar overlooks $damage"
done
expect_equal 'ends with a newline' '' "$(tail -c 1 "$metrics")"
expect_equal 'mode' 644 "$(stat -c %a "$metrics")"
if command -v promtool >/dev/null; then
  promtool check metrics <"$metrics" || fail 'promtool'
fi

# The values are those of the views.
hostile='qemu://a\"} 1\\nvirt_ledger_findings{rule=\"\\\\\\u{1b}[31m/system'
expect_metric 1 "virt_ledger_domains{hypervisor=\"$hostile\"}"
expect_metric 9 'virt_ledger_domains{hypervisor="qemu://kvm1/system"}'
expect_metric 1 "virt_ledger_info{version=\"$("$virt_ledger" --version | cut -d ' ' -f 2)\"}"
expect_metric 1 'virt_ledger_scan_complete{hypervisor="qemu://kvm1/system"}'
expect_metric 1700000000 'virt_ledger_scan_timestamp_seconds{hypervisor="qemu://kvm1/system"}'
expect_metric 1000 'virt_ledger_scan_age_seconds{hypervisor="qemu://kvm1/system"}'
expect_metric 1.5 "virt_ledger_scan_duration_seconds{hypervisor=\"$hostile\"}"
expect_metric "$(run 'query --no-headings --format csv' \
  "SELECT count(*) FROM findings WHERE rule = 'machine-id.duplicate' AND status = 'open'" | tr -d '\r')" \
  virt_ledger_duplicate_machine_ids

# sum NAME: of all samples of a metric.
sum() {
  awk -v name="$1" 'index($0, name "{") == 1 { sum += $NF } END { print sum + 0 }' "$metrics"
}
# expect_sum NAME SQL
expect_sum() {
  expect_equal "sum of $1" "$(run 'query --no-headings --format csv' "$2" | tr -d '\r')" "$(sum "$1")"
  [ "$(sum "$1")" -gt 0 ] || fail "$1 is never more than 0"
}
expect_sum virt_ledger_domains 'SELECT count(*) FROM domains'
expect_sum virt_ledger_findings "SELECT count(*) FROM findings WHERE status = 'open'"
expect_sum virt_ledger_guests_unreadable "SELECT count(DISTINCT domain_id) FROM guests AS g
  WHERE NOT EXISTS (SELECT 1 FROM guests WHERE domain_id = g.domain_id AND status = 'ok')"
expect_sum virt_ledger_duplicate_machine_id_guests "
  SELECT count(DISTINCT m.domain_id)
    FROM machine_ids AS m
    JOIN findings AS f ON f.subject IN (m.machine_id, m.dbus_machine_id)
   WHERE f.rule = 'machine-id.duplicate' AND f.status = 'open'"
expect_metric 2 'virt_ledger_host_keys_shared_guests{hypervisor="qemu://clones/system"}'
expect_metric 0 'virt_ledger_host_keys_shared_guests{hypervisor="qemu://kvm1/system"}'

# A scan of some domains neither makes the hypervisor incomplete nor counts as a scan of it.
expect_status 2 scan -d test
expect_metric 1 "virt_ledger_scan_complete{hypervisor=\"$(run 'query --no-headings --format csv' \
  "SELECT name FROM hypervisors WHERE driver = 'TEST'" | tr -d '\r"')\"}"

# The file is renamed into its place: a link there is replaced, not followed; without a place the old one stays.
echo mine >"$work/mine"
ln -sf "$work/mine" "$metrics"
expect_status 2 scan
expect_equal 'the target of a link' mine "$(<"$work/mine")"
[ ! -L "$metrics" ] || fail 'the link is still there'
expect_equal 'files beside it' "$metrics" "$(echo "$metrics"*)"
expect_status 1 "$virt_ledger" scan --quiet -c test:///default --prom "$work/nowhere/metrics.prom"
expect_error 'nowhere'
expect_status 64 "$virt_ledger" scan -c test:///default --prom "$work/metrics"
expect_error 'ends in .prom'

# A dry run leaves nothing behind, and the configuration may name the file as well.
rm "$metrics"
expect_status 2 scan --dry-run
[ ! -e "$metrics" ] || fail 'a dry run wrote metrics'
printf '[scan]\nprom = %s\n' "$metrics" >"$work/prom.conf"
VIRT_LEDGER_CONFIG=$work/prom.conf expect_status 2 "$virt_ledger" scan --quiet -c test:///default
[ -s "$metrics" ] || fail 'the configuration was not heeded'
