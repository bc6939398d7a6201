#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# kill -9 at any moment of an ingest leaves the old ledger, intact, or the new one.
. "$(dirname "$0")/../lib/story.sh"

domains=3000
rounds=20
for generation in 1 2; do
  awk -v domains=$domains -v generation=$generation -f "$(dirname "$0")/fleet-stream.awk" >"$work/$generation.jsonl"
done

# generations: how many guests each generation has, "1:5000".
generations() {
  "$virt_ledger" query --format csv "SELECT CAST(substr(machine_id, 1, 8) AS INTEGER) || ':' || count(*)
                                       FROM machine_ids GROUP BY substr(machine_id, 1, 8)" |
    tail -n +2 | tr -d '\r"' | paste -sd ' '
}
nanoseconds() {
  date +%s%N
}

expect_status 0 "$virt_ledger" ingest "$work/1.jsonl"
began=$(nanoseconds)
expect_status 0 "$virt_ledger" ingest "$work/2.jsonl"
milliseconds=$((($(nanoseconds) - began) / 1000000))
current=2 old=0 new=0

for round in $(seq $rounds); do
  next=$((3 - current))
  "$virt_ledger" ingest "$work/$next.jsonl" >/dev/null 2>&1 &
  pid=$!
  # Evenly over the time that an ingest takes, and a little beyond.
  pause=$((milliseconds * round * 11 / (rounds * 10)))
  sleep "$((pause / 1000)).$(printf '%03d' $((pause % 1000)))"
  kill -9 $pid 2>/dev/null || true
  wait $pid 2>/dev/null || true

  expect_status 0 "$virt_ledger" db check
  case $(generations) in
  "$current:$domains") old=$((old + 1)) ;;
  "$next:$domains") new=$((new + 1)) current=$next ;;
  *) fail "round $round: neither the old ledger nor the new one: $(generations)" ;;
  esac
done
echo "$rounds kills in $milliseconds ms: $old times the old ledger, $new times the new one"
[ "$old" -gt 0 ] || fail 'no kill came in time'
