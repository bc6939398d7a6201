#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Streams into the ledger: whole, repeated, several, cut, refused.
. "$(dirname "$0")/streams.sh"
requires jq

expect_status 3 "$virt_ledger" ingest "$streams/kvm1.jsonl"
expect_error 'qemu://kvm1/system: complete: 9 domains, 7 images, 9 guests (4 unread)'
expect_row 9 'SELECT count(*) FROM domains'

expect_status 3 "$virt_ledger" ingest "$streams/kvm1.jsonl"
expect_error '0 rows begun, 0 ended'
expect_row 2 'SELECT count(*) FROM scans'

expect_status 0 "$virt_ledger" ingest <"$streams/kvm2.jsonl"
expect_status 0 "$virt_ledger" ingest - <"$streams/kvm2.jsonl"
expect_row 11 'SELECT count(*) FROM domains'

expect_status 0 "$virt_ledger" --quiet ingest "$streams/kvm2.jsonl"
[ ! -s "$work/err" ] || fail "not quiet: $(<"$work/err")"

# Nothing is concluded from what a cut stream lacks.
head -n 3 "$streams/kvm2.jsonl" >"$work/cut.jsonl"
expect_status 3 "$virt_ledger" ingest "$work/cut.jsonl"
expect_error 'the stream has no end'
expect_row 11 'SELECT count(*) FROM domains'

# A complete one without a domain closes it.
jq -c 'select(.name != "mail" and (.domain // "" | endswith("2") | not))
  | if .kind == "end" then .domains = 1 | .guests = 1 else . end' "$streams/kvm2.jsonl" >"$work/less.jsonl"
expect_status 0 "$virt_ledger" ingest "$work/less.jsonl"
expect_row 10 'SELECT count(*) FROM domains'

# A refused stream costs the others nothing, and its file and line are named.
sed 's/"name":"mail"/"name":17/' "$streams/kvm2.jsonl" >"$work/wrong.jsonl"
expect_status 1 "$virt_ledger" ingest "$work/wrong.jsonl" "$streams/kvm2.jsonl" "$work/none.jsonl"
expect_error "$work/wrong.jsonl: "
expect_error 'line 4'
expect_error "$work/none.jsonl: No such file or directory"
expect_row 11 'SELECT count(*) FROM domains'

expect_status 1 "$virt_ledger" ingest /dev/null
expect_error 'there is no stream in it'

# A guest that runs, and so was not read, is missing as any other.
sed '/"kind":"guest".*000000000002"/s/"status":"ok".*/"status":"running"}/' "$streams/kvm2.jsonl" >"$work/running.jsonl"
expect_status 3 "$virt_ledger" ingest "$work/running.jsonl"
expect_error '2 guests (1 unread)'

# A refusal that quotes the stream: on the terminal it is escaped once, in the ledger there is nothing to escape.
printf '%s\n' '{"kind\q' >"$work/quoted.jsonl"
expect_status 1 "$virt_ledger" ingest "$work/quoted.jsonl"
expect_error "invalid escape near '\"kind\\\\q' (byte"

# A collector whose clock is ahead, or lies, makes nothing look fresh for ever.
sed '1s/"at":[0-9]*/"at":4102444800/' "$streams/kvm2.jsonl" >"$work/ahead.jsonl"
"$virt_ledger" -q ingest "$work/ahead.jsonl" || true
expect_row 1 'SELECT collected_at = ingested_at FROM scans ORDER BY scan_id DESC LIMIT 1'
