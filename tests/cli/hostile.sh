#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Names written by somebody hostile, in every form, on a pipe and on a terminal: no control character but the newline, no
# format character, nothing that a spreadsheet computes.
. "$(dirname "$0")/streams.sh"
requires jq
take kvm1

# A domain per control and format character and per text that a spreadsheet would compute.
{
  head -n 2 "$streams/kvm2.jsonl"
  jq -cn '
    [range(1; 9), range(11; 32), range(127; 160), 173, 1564, 8203, 8206, 8207, range(8232; 8239), range(8288; 8304),
     65279, 917505, 917569 | "a" + ([.] | implode) + "b"]
    + ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\"=1\",=2"]
    | (to_entries[] | {kind: "domain", uuid: ("20000000-0000-4000-8000-" + ("00000000000\(.key + 1)" | .[-12:])),
                       name: .value, status: "ok"}),
      {kind: "end", status: "complete", domains: length, images: 0, guests: 0}'
} >"$work/hostile.jsonl"
expect_status 0 "$virt_ledger" ingest "$work/hostile.jsonl"

# expect_clean WHAT: $work/out is UTF-8 and holds no character that could do anything.
expect_clean() {
  iconv -f UTF-8 -t UTF-8 "$work/out" >/dev/null || fail "$1 is not UTF-8"
  ! LC_ALL=C.UTF-8 grep -nP '(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]' "$work/out" || fail "$1 is not clean"
}

for format in table json jsonl csv; do
  for list in hypervisors domains disks images guests identities machine-ids findings scans; do
    expect_status 0 "$virt_ledger" list $list -o all --format $format
    expect_clean "$list as $format"
  done
  expect_status 0 "$virt_ledger" query --format "$format" \
    'SELECT * FROM domains; SELECT xml, title FROM domain_xml, domain_fact'
  expect_clean "a query as $format"
done
for format in text json; do
  expect_status 0 "$virt_ledger" show 10000000-0000-4000-8000-000000000008 --format $format
  expect_clean "show as $format"
done
for format in text json; do
  expect_status 1 "$virt_ledger" scan --dry-run -c $'test:///no\xe2\x80\xaefile' --format $format
  expect_clean "a scan as $format"
  mv "$work/err" "$work/out"
  expect_clean "a scan as $format on standard error"
done
expect_status 1 "$virt_ledger" show 2000
mv "$work/err" "$work/out"
expect_clean 'candidates on standard error'

# Nothing is lost on the way: JSON gives every name back, and the ledger has them all.
names=$(jq -c 'select(.kind == "domain").name' "$work/hostile.jsonl" | sort)
expect_equal 'names' "$names" \
  "$("$virt_ledger" list domains --format jsonl | jq -c 'select(.hypervisor == "qemu://kvm2/system").name' | sort)"
expect_row 1 "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'domain'"

# No cell of CSV begins as a formula does, unless that was asked for.
expect_status 0 "$virt_ledger" list domains --format csv -o name --no-headings
! grep -nE '^"?[-=+@]' "$work/out" || fail 'a formula in CSV'
expect_status 0 "$virt_ledger" list domains --format csv -o name --no-headings --no-csv-guard
grep -q '^=1+1$' "$work/out" || fail 'guarded although it should not be'

requires script
script -qec "$virt_ledger list domains -o all; $virt_ledger show 10000000-0000-4000-8000-000000000008" /dev/null </dev/null |
  tr -d '\r' >"$work/out"
expect_clean 'a terminal'
