#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Findings, and the exit status that says whether there are any.
. "$(dirname "$0")/streams.sh"
requires jq
mkdir "$work/rules"
audit=("$virt_ledger" audit --rules-folder "$work/rules")

# One healthy hypervisor: nothing to find.
grep -v '"name":"mail"\|"domain":"20000000-0000-4000-8000-000000000002"' "$streams/kvm2.jsonl" |
  sed 's/"domains":2/"domains":1/; s/"guests":2/"guests":1/' >"$work/healthy.jsonl"
expect_status 0 "$virt_ledger" ingest "$work/healthy.jsonl"
expect_status 0 "${audit[@]}" --format json
expect_equal 'nothing' '{"complete":true,"findings":[]}' "$(jq -c . "$work/out")"
expect_status 0 "${audit[@]}"
[ ! -s "$work/out" ] || fail 'a table without findings prints something'

# A URI that never answered is no part of the fleet.
sed -n '1s|"uri":"[^"]*"|"uri":"qemuu:///system"|p' "$work/healthy.jsonl" >"$work/typo.jsonl"
echo '{"kind":"end","status":"bad-uri","detail":"why","domains":0,"images":0,"guests":0}' >>"$work/typo.jsonl"
expect_status 3 "$virt_ledger" ingest "$work/typo.jsonl"
expect_status 0 "${audit[@]}" --format json
expect_equal 'complete without it' true "$(jq .complete "$work/out")"

# Nothing found, but something out of reach.
head -n 3 "$work/healthy.jsonl" >"$work/cut.jsonl"
expect_status 3 "$virt_ledger" ingest "$work/cut.jsonl"
expect_status 3 "${audit[@]}" --format json
expect_equal 'partial' false "$(jq .complete "$work/out")"

# Clones: the finding wins over what is out of reach.
take kvm1
expect_status 2 "${audit[@]}" --format json
expect_equal 'complete' false "$(jq .complete "$work/out")"
expect_equal 'the duplicate' 1 "$(jq '[.findings[] | select(.rule == "machine-id.duplicate")] | length' "$work/out")"
expect_equal 'the most serious first' true \
  "$(jq '[.findings[].severity | {high: 0, medium: 1, low: 2, info: 3}[.]] | . == sort' "$work/out")"
expect_status 2 "${audit[@]}"
head -n 1 "$work/out" | grep -q '^SEVERITY *RULE' || fail 'no heading'
grep -q '^high .*machine-id.duplicate' "$work/out" || fail 'no duplicate in the table'

# One rule alone: its findings alone decide.
expect_status 2 "${audit[@]}" --rule machine-id.duplicate --format csv --no-headings
expect_equal 'rows of one rule' 1 "$(wc -l <"$work/out")"
expect_error '1 rules: 1 findings open (1 high, 0 medium, 0 low, 0 info)'
expect_status 64 "${audit[@]}" --rule machine-id.nonsense
expect_error 'machine-id.nonsense'

# Findings of severity info alone are no reason to fail.
expect_status 3 "${audit[@]}" --rule guest.unreadable

# The same from the other verbs.
expect_status 0 "$virt_ledger" show web-2
grep -q 'machine-id.duplicate' "$work/out" || fail 'show does not name the duplicate'
expect_status 0 "$virt_ledger" list findings -d web-2 --format csv -o rule --no-headings
grep -qx 'machine-id.duplicate' "$work/out" || fail 'the list of findings does not know the domain'

# Rules of one's own, good and broken.
cat >"$work/rules/many.sql" <<'EOF'
-- rule: local.many-cpus
-- severity: low
-- title: A domain has many CPUs
SELECT name AS subject, domain_id, vcpus || ' CPUs' AS detail, json_object('vcpus', vcpus) AS evidence
  FROM domains
 WHERE vcpus > 8;
EOF
echo 'no rule' >"$work/rules/broken.sql"
expect_status 2 "${audit[@]}" --rule local.many-cpus --format csv --no-headings
grep -q 'local.many-cpus,low,open,db-1,' "$work/out" || fail "our rule: $(<"$work/out")"
expect_status 2 "${audit[@]}"
expect_error 'broken.sql'
expect_status 0 "${audit[@]}" --list-rules --format json
expect_equal 'our rule in the list' "\"$work/rules/many.sql\"" "$(jq '.[] | select(.rule == "local.many-cpus").file' "$work/out")"
expect_equal 'an embedded rule in the list' null "$(jq '.[] | select(.rule == "machine-id.duplicate").file' "$work/out")"

# Two hosts of one name: what is found on one is not taken for what is found on the other.
export VIRT_LEDGER=$work/twins.db
grep -v '"kind":"guest"' "$streams/kvm1.jsonl" | sed '$s/"guests":[0-9]*/"guests":0/' >"$work/twin.jsonl"
expect_status 0 "$virt_ledger" ingest "$work/twin.jsonl"
expect_status 2 "${audit[@]}" --format json
one=$(jq '[.findings[] | select(.rule | startswith("image."))] | length' "$work/out")
sed 's/"host_uuid":"[^"]*1"/"host_uuid":"aaaaaaaa-0000-4000-8000-00000000000f"/' "$work/twin.jsonl" >"$work/other.jsonl"
expect_status 0 "$virt_ledger" ingest "$work/other.jsonl"
expect_status 2 "${audit[@]}" --format json
[ "$one" -gt 0 ] || fail 'the twins have no findings to tell apart'
expect_equal 'findings of two hosts' $((2 * one)) \
  "$(jq '[.findings[] | select(.rule | startswith("image."))] | length' "$work/out")"
