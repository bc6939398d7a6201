#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# scan and collect on a real fleet: what is read, what is said, what is kept, and with which exit status.
. "$(dirname "$0")/../lib/story.sh"
requires qemu-img mke2fs sfdisk debugfs jq

bash "$SOURCE/tests/demo-fleet.sh" "$work/fleet" >/dev/null
uri=test://$work/fleet/node.xml

# A stream has its frame, one line a fact, and counts that hold.
expect_status 3 "$virt_ledger" collect -c "$uri"
cp "$work/out" "$work/facts.jsonl"
expect_equal 'first line' collection "$(head -n 1 "$work/facts.jsonl" | jq -r .kind)"
expect_equal 'last line' complete "$(tail -n 1 "$work/facts.jsonl" | jq -r .status)"
for kind in domain image guest; do
  expect_equal "counted ${kind}s" "$(grep -c "^{\"kind\":\"$kind\"" "$work/facts.jsonl")" \
    "$(tail -n 1 "$work/facts.jsonl" | jq ".${kind}s")"
done
expect_equal 'note of collect' 1 "$(grep -c 'of them not read' "$work/err")"

# Two collections of an unchanged fleet differ in their time alone.
export VIRT_LEDGER_CLOCK=1800000000
"$virt_ledger" -q collect -c "$uri" >"$work/once" || true
"$virt_ledger" -q collect -c "$uri" >"$work/twice" || true
cmp "$work/once" "$work/twice"
unset VIRT_LEDGER_CLOCK

# A dry run says all and keeps nothing.
expect_status 2 "$virt_ledger" scan -c "$uri" --dry-run
grep -q 'dry run: nothing was kept' "$work/err"
[ ! -e "$VIRT_LEDGER" ] || fail 'a dry run made a ledger'

# A dry run that is interrupted leaves no copy behind.
mkdir "$work/tmp"
TMPDIR=$work/tmp "$virt_ledger" -q scan -c "$uri" --dry-run --reader /bin/cat &
interrupted=$!
sleep 0.2
kill -INT "$interrupted" 2>/dev/null || true
wait "$interrupted" || true
expect_equal 'what an interrupted dry run leaves' '' "$(ls "$work/tmp")"
expect_status 64 "$virt_ledger" scan -c ''

# The duplicates by name, on standard error; nothing on standard output.
expect_status 2 "$virt_ledger" scan -c "$uri"
[ ! -s "$work/out" ] || fail 'scan wrote to standard output'
grep -q 'high machine-id.duplicate: 4 guests share .*debian12, web-1, web-2, web-3' "$work/err"
grep -q 'high machine-id.duplicate: 2 guests share .*db-1, db-2' "$work/err"
expect_row 4 "SELECT count(*) FROM machine_ids WHERE machine_id = (SELECT machine_id FROM machine_ids WHERE domain = 'web-1')"

# A second scan writes a scan row and an audit row, and nothing else.
rows() { "$virt_ledger" query --format csv "SELECT (SELECT count(*) FROM domain_fact), (SELECT count(*) FROM image_fact), (SELECT count(*) FROM guest_fact), (SELECT count(*) FROM identity_fact), (SELECT count(*) FROM finding_fact)" | tail -n 1; }
before=$(rows)
expect_status 2 "$virt_ledger" scan -c "$uri" --format json
expect_equal 'rows after a second scan' "$before" "$(rows)"
expect_row 2 'SELECT count(*) FROM scans'
expect_equal 'new findings of a second scan' '0 0' "$(jq -r '"\(.findings.new) \(.findings.resolved)"' "$work/out")"
expect_equal 'completeness in JSON' false "$(jq .complete "$work/out")"

# All roads are no selection: of this, too, something can be concluded.
expect_status 2 "$virt_ledger" scan -c "$uri" --road auto
expect_row complete 'SELECT last_status FROM hypervisors'
expect_status 2 "$virt_ledger" scan -c "$uri" --road disk
expect_row partial 'SELECT last_status FROM hypervisors'

# One domain: nothing is concluded of the others.
expect_status 2 "$virt_ledger" scan -c "$uri" -d web-1
expect_row 13 'SELECT count(*) FROM domains'
expect_status 1 "$virt_ledger" collect -c "$uri" -d nobody
grep -q nobody "$work/err"

# A domain whose name matches is a template by configuration.
expect_status 2 "$virt_ledger" scan -c "$uri" --template 'dns-*'
expect_row dns-1 "SELECT domain FROM findings WHERE rule = 'template.carries-machine-id' AND status = 'open' AND domain LIKE 'dns%'"
printf '[scan]\ntemplates=dns-*\n[hypervisor demo]\nuri=%s\n' "$uri" >"$work/some.conf"
VIRT_LEDGER_CONFIG=$work/some.conf expect_status 2 "$virt_ledger" scan

# A domain that is gone is closed, its history stays.
awk '/<domain / { inside = 1; text = "" }
     inside { text = text $0 "\n" }
     !inside { print }
     /<\/domain>/ { if (text !~ /<name>dns-1</) printf "%s", text; inside = 0 }' "$work/fleet/node.xml" >"$work/smaller.xml"
cp "$work/smaller.xml" "$work/fleet/node.xml"
expect_status 2 "$virt_ledger" scan -c "$uri"
expect_row 12 'SELECT count(*) FROM domains'
expect_row 1 "SELECT count(DISTINCT domain_id) FROM domain_fact WHERE name = 'dns-1'"

# Hypervisors that cannot be read: a message each, and the others go on.
expect_status 1 "$virt_ledger" scan -c nonsense://x
expect_status 1 "$virt_ledger" scan -c 'test:///no/such/file.xml'
expect_status 2 "$virt_ledger" scan -c nonsense://x -c "$uri"
expect_row 1 "SELECT count(*) FROM hypervisors WHERE last_status <> 'complete' AND uri = 'nonsense://x'"
expect_status 64 "$virt_ledger" scan --no-such-option

# Without its reader nothing is guessed.
expect_status 1 "$virt_ledger" collect -c "$uri" --reader "$work/none"
grep -q "$work/none" "$work/err"
expect_status 1 "$virt_ledger" collect -c "$uri" --reader /bin/true
