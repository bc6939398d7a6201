# SPDX-License-Identifier: Apache-2.0
# What every story stands on: a folder of its own, a home and a ledger in it, and words for what must hold.
# A story ends with 0, with 77 when the machine lacks something (its last line says what), or it failed.
set -euo pipefail

: "${BUILD:?the build folder}" "${SOURCE:?the source folder}"

# skip REASON…
skip() {
  echo "$*"
  exit 77
}

# fail MESSAGE…
fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# requires PROGRAM…
requires() {
  local program
  for program; do
    command -v "$program" >/dev/null || skip "needs $program"
  done
}

requires_root() {
  [ "$(id -u)" -eq 0 ] || skip 'needs root'
}

# expect_status STATUS COMMAND…: run it; its output stays in $work/out and $work/err.
expect_status() {
  local wanted=$1 status=0
  shift
  "$@" >"$work/out" 2>"$work/err" || status=$?
  if [ "$status" -ne "$wanted" ]; then
    cat "$work/out" "$work/err" >&2
    fail "exit status $status, not $wanted: $*"
  fi
}

# expect_equal WHAT EXPECTED ACTUAL
expect_equal() {
  [ "$2" = "$3" ] || fail "$1: expected '$2', got '$3'"
}

# rows_of SQL: what a query over the ledger gives, as CSV without its head.
rows_of() {
  "$virt_ledger" query --format csv "$1" | tail -n +2 | tr -d '\r'
}

# expect_row EXPECTED SQL: the one row that it gives.
expect_row() {
  expect_equal "$2" "$1" "$(rows_of "$2")"
}

export PATH=$PATH:/usr/sbin:/sbin # where Debian keeps mke2fs, sfdisk and libvirtd
virt_ledger=$BUILD/virt-ledger
work=${STORY_FOLDER:-$(mktemp -d "${TMPDIR:-/tmp}/virt-ledger-story.XXXXXX")}
export HOME=$work/home XDG_STATE_HOME=$work/state XDG_RUNTIME_DIR=$work/runtime XDG_CONFIG_HOME=$work/config
export VIRT_LEDGER=$work/ledger/ledger.db VIRT_LEDGER_CONFIG=$work/no.conf
(umask 077 && mkdir -p "$HOME" "$work/ledger" "$XDG_RUNTIME_DIR")
unset LIBVIRT_DEFAULT_URI
if [ -z "${STORY_FOLDER:-}" ]; then
  trap 'rm -rf "$work"' EXIT
fi
