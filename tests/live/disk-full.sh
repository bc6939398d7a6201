#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A disk that fills up in the middle of an ingest is an error that says so, and costs nothing that was there.
. "$(dirname "$0")/../lib/story.sh"
requires unshare

if [ -z "${STORY_FOLDER:-}" ]; then
  namespaces=(--mount)
  [ "$(id -u)" -eq 0 ] || namespaces+=(--map-root-user)
  unshare "${namespaces[@]}" true 2>/dev/null || skip 'needs to make a mount namespace'
  STORY_FOLDER=$work unshare "${namespaces[@]}" bash "$0"
  exit
fi

fleet() {
  awk -v domains="$1" -v generation="$2" -f "$(dirname "$0")/fleet-stream.awk"
}
domains='SELECT count(*) FROM domains'

mount -t tmpfs -o size=128m,mode=0700 small "$work/ledger"
head -c 124M /dev/zero >"$work/ledger/ballast"
fleet 100 1 >"$work/small.jsonl"
fleet 20000 2 >"$work/large.jsonl"
expect_status 0 "$virt_ledger" ingest "$work/small.jsonl"
expect_status 1 "$virt_ledger" ingest "$work/large.jsonl"
grep -qi 'full\|space' "$work/err" || fail "the message does not say why: $(cat "$work/err")"
expect_row 100 "$domains"
expect_status 0 "$virt_ledger" db check

# With room again, the same stream goes in.
rm "$work/ledger/ballast"
expect_status 0 "$virt_ledger" ingest "$work/large.jsonl"
expect_row 20000 "$domains"
