#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Standard output that is full, closed, a pipe or a terminal.
. "$(dirname "$0")/streams.sh"
take kvm1

many="WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 200000) SELECT n, 'text' AS t FROM r"

# Nobody reads on: silence, and the end that every tool comes to then.
for format in table json jsonl csv; do
  set +o pipefail
  "$virt_ledger" query --format "$format" "$many" 2>"$work/err" | head -n 1 >/dev/null
  status=${PIPESTATUS[0]}
  set -o pipefail
  expect_equal "status of $format into head" 141 "$status"
  [ ! -s "$work/err" ] || fail "not silent: $(<"$work/err")"
done

if [ -w /dev/full ]; then
  for command in 'list domains' 'list domains --format json' 'list domains --format csv' 'show web-2' help --version; do
    status=0
    run "$command" >/dev/full 2>"$work/err" || status=$?
    expect_equal "status of $command on a full disk" 1 "$status"
    expect_error 'cannot write to standard output: No space left on device'
  done
fi

# Colours and widths: only for terminals.
"$virt_ledger" show nobody 2>"$work/err" && fail 'nobody is there'
! grep -q $'\e' "$work/err" || fail 'colours in a file'
expect_equal 'widest line in a pipe' 1000 \
  "$("$virt_ledger" query --no-headings "SELECT printf('%.1000c', 'x')" | awk '{ print length($0) }')"

requires script
# on_terminal COMMAND…: its output on a terminal of 60 columns.
on_terminal() {
  # The status is that of the command, which may fail here.
  { TERM=xterm script -qec "stty cols 60; $*" /dev/null </dev/null || true; } | tr -d '\r'
}
on_terminal "$virt_ledger query \"SELECT 'a' AS name, printf('%.100c', 'x') AS text\"" >"$work/out"
[ "$(wc -l <"$work/out")" -gt 2 ] || fail 'long text is not wrapped on a terminal'
expect_equal 'nothing is lost' 100 "$(tr -cd x <"$work/out" | sed 's/TEXT//' | wc -c)"
on_terminal "$virt_ledger show nobody" | grep -q $'\e\\[1;31mvirt-ledger: ' || fail 'no colour on a terminal'
! on_terminal "NO_COLOR=1 $virt_ledger show nobody" | grep -q $'\e' || fail 'colour despite NO_COLOR'
! on_terminal "$virt_ledger --no-color show nobody" | grep -q $'\e' || fail 'colour despite --no-color'

# Without standard files nothing is written into what is opened in their place.
for files in '<&- >&- 2>/dev/null' '<&- >/dev/null 2>&-' '<&- >&- 2>&-'; do
  eval '"$virt_ledger" audit '"$files" || true
  expect_status 0 "$virt_ledger" db check
done
