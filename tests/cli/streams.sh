# SPDX-License-Identifier: Apache-2.0
# Stories about a ledger that was filled from tests/data/streams: nine domains of kvm1, two of kvm2.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/story.sh"

streams=$SOURCE/tests/data/streams
export VIRT_LEDGER_CLOCK=1700001000

# take STREAM…: into the ledger, whatever could not be read of it.
take() {
  local stream
  for stream; do
    expect_status 3 "$virt_ledger" ingest "$streams/$stream.jsonl"
  done
}

# run WORDS [ARGUMENT…]: virt-ledger with the words of one line, which hold no blanks.
run() {
  local words
  read -ra words <<<"$1"
  shift
  "$virt_ledger" "${words[@]}" "$@"
}

# expect_lines WHAT LINE…: $work/out holds these lines.
expect_lines() {
  local what=$1
  shift
  expect_equal "$what" "$(printf '%s\n' "$@")" "$(<"$work/out")"
}

# expect_error TEXT: $work/err holds it.
expect_error() {
  grep -qF -e "$1" "$work/err" || fail "no '$1' in: $(<"$work/err")"
}
