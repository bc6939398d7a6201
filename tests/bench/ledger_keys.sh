#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# ledger-keys: 1,000,000 synthetic guests with three SSH host keys each in a ledger, and the questions which keys and
# other identities several of them have: as views, and as rules. Needs 5 KiB of disk a guest for the stream, and as much for
# the ledger: TMPDIR says where.
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/bench.sh"

guests=${BENCH_GUESTS:-1000000}
turns=${BENCH_TURNS:-5}
pairs=$(((guests + 998) / 1000))

count() {
  "$virt_ledger" query --no-headings --format csv "SELECT count(*) FROM $1" | tr -d '\r'
}

"$BUILD/tests/generate-stream" "$guests" 1 3 >"$work/stream"
measure ingest "$virt_ledger" -q ingest "$work/stream"
expect_equal 'keys that two guests have' $((3 * pairs)) "$(count duplicate_host_keys)"
expect_equal 'identities that two guests have' "$pairs" "$(count duplicate_identities)"
for turn in $(seq 0 "$turns"); do
  if [ "$turn" -eq 1 ]; then # the first turn warmed up, and wrote the findings
    unset 'bench_times[keys]' 'bench_times[identities]' 'bench_times[key_rule]' 'bench_times[identity_rule]'
  fi
  measure keys count duplicate_host_keys
  measure identities count duplicate_identities
  measure key_rule "$virt_ledger" -q audit --rule host-key.duplicate
  measure identity_rule "$virt_ledger" -q audit --rule identity.duplicate
done

ingest=$(ratio "$(median_of ingest)" "$guests")
table_head "ledger-keys: $guests guests, $(($(stat -c %s "$work/stream") >> 20)) MiB of facts, a ledger of $(($(stat -c %s "$VIRT_LEDGER") >> 20)) MiB"
table_row 'ingest' "$(median_of ingest)" "$guests" "$ingest"
table_row 'view duplicate_host_keys' "$(median_of keys)" "$guests" "$ingest"
table_row 'view duplicate_identities' "$(median_of identities)" "$guests" "$ingest"
table_row 'rule host-key.duplicate' "$(median_of key_rule)" "$guests" "$ingest"
table_row 'rule identity.duplicate' "$(median_of identity_rule)" "$guests" "$ingest"
verdict 'host-key.duplicate, s' "$(ratio "$(median_of key_rule)" 1000000)" '<=' 2
verdict 'identity.duplicate, s' "$(ratio "$(median_of identity_rule)" 1000000)" '<=' 2
