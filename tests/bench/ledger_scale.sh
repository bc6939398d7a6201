#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# ledger-scale: a stream of 1,000,000 synthetic guests into a new ledger, the same stream again, and the machine
# IDs that several of them have. Needs 3 KiB of disk a guest for the stream, which is there before the clock starts, and as
# much for the ledger: TMPDIR says where.
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/bench.sh"

guests=${BENCH_GUESTS:-1000000}
turns=${BENCH_TURNS:-7}
grouping="SELECT count(*) AS shared
            FROM (SELECT value
                    FROM identity_fact
                   WHERE until_scan IS NULL AND shared = 1 AND kind IN ('machine-id', 'dbus-machine-id')
                   GROUP BY value
                  HAVING min(domain_id) <> max(domain_id))"

ingest() {
  remember_memory "$1" "$virt_ledger" -q ingest "$work/stream"
}

ledger_size() {
  stat -c %s "$VIRT_LEDGER"
}

"$BUILD/tests/generate-stream" "$guests" >"$work/stream"
measure first ingest first
first_size=$(ledger_size)
measure second ingest second
growth=$(($(ledger_size) - first_size))
for turn in $(seq 0 "$turns"); do
  [ "$turn" -ne 1 ] || unset 'bench_times[grouping]' 'bench_times[start]' # the first turn warmed up
  measure grouping "$virt_ledger" query "$grouping"
  measure start "$virt_ledger" query 'SELECT 1'
done

first=$(ratio "$(median_of first)" "$guests")
table_head "ledger-scale: $guests guests, $(($(stat -c %s "$work/stream") >> 20)) MiB of facts, a ledger of $((first_size >> 20)) MiB"
table_row 'first ingest' "$(median_of first)" "$guests" "$first"
table_row 'second ingest of the same' "$(median_of second)" "$guests" "$first"
table_row 'duplicate grouping, by an index alone' "$(median_of grouping)" "$guests" "$first"
table_row 'a query of nothing' "$(median_of start)" "$guests" "$first"
verdict 'first ingest, s' "$(ratio "$(median_of first)" 1000000)" '<=' 120
verdict 'second ingest / first' "$(ratio "$(median_of second)" "$(median_of first)")" '<=' 0.5
verdict 'memory of the first, MiB' "$(memory_of first)" '<=' 200
verdict 'memory of the second, MiB' "$(memory_of second)" '<=' 200
verdict 'growth of the ledger by the second, bytes' "$growth" '<=' 0
verdict 'grouping, ms' "$(ratio "$(median_of grouping)" 1000)" '<=' 200
