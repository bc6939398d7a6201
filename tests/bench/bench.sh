# SPDX-License-Identifier: Apache-2.0
# Measuring: contestants take turns, each a command whose output nobody reads; their medians become a table.

declare -A bench_times=() # contestant -> its times in microseconds

# time_of COMMAND…: microseconds that it takes. Findings and unreadable guests are no failure.
time_of() {
  local began=${EPOCHREALTIME/./} status=0
  "$@" >/dev/null 2>"$work/bench.err" || status=$?
  case $status in
  0 | 2 | 3) echo $((${EPOCHREALTIME/./} - began)) ;;
  *)
    cat "$work/bench.err" >&2
    echo "bench: exit status $status: $*" >&2
    return 1
    ;;
  esac
}

# measure NAME COMMAND…: one turn of a contestant.
measure() {
  bench_times[$1]+=" $(time_of "${@:2}")"
}

# median NUMBER…
median() {
  printf '%s\n' "$@" | sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'
}

# median_of NAME: microseconds.
median_of() {
  # shellcheck disable=SC2086 # a list of numbers
  median ${bench_times[$1]}
}

# table_head TITLE; table_row NAME MICROSECONDS GUESTS REFERENCE: time, time per guest, and how many times the
# reference's time per guest (microseconds, may have a fraction) that is.
table_head() {
  printf '\n%s\n%-44s %12s %14s %12s\n' "$1" contestant 'time, s' 'per guest, us' 'x ours'
}
table_row() {
  awk -v name="$1" -v time="$2" -v guests="$3" -v reference="$4" 'BEGIN {
    printf "%-44s %12.3f %14.1f %12.2f\n", name, time / 1e6, time / guests, time / guests / reference }'
}

# verdict TEXT VALUE OPERATOR LIMIT: whether a target is met, in words.
verdict() {
  awk -v text="$1" -v value="$2" -v operator="$3" -v limit="$4" 'BEGIN {
    met = operator == "<=" ? value <= limit : value >= limit
    printf "%s: %.2f (target %s %s): %s\n", text, value, operator, limit, met ? "met" : "MISSED" }'
}

# ratio A B
ratio() {
  awk -v a="$1" -v b="$2" 'BEGIN { print a / b }'
}

# remember_memory NAME COMMAND…: run it, and leave in $work/NAME.memory the most memory that it ever had, in KiB.
remember_memory() {
  local name=$1 process
  shift
  "$@" &
  process=$!
  while kill -0 $process 2>/dev/null; do
    awk '/^VmHWM/ { print $2 }' "/proc/$process/status" >"$work/$name.now" 2>/dev/null || true
    [ ! -s "$work/$name.now" ] || mv "$work/$name.now" "$work/$name.memory"
    sleep 0.2
  done
  wait $process
}

# memory_of NAME: the same in MiB.
memory_of() {
  ratio "$(cat "$work/$1.memory")" 1024
}

machine_id_alone=$work/machine-id-alone/virt-ledger

# machine_id_alone_new: make $machine_id_alone, a virt-ledger whose reader has no other collector than that of the
# machine ID. It runs the reader beside itself.
machine_id_alone_new() {
  mkdir "${machine_id_alone%/*}"
  cp "$virt_ledger" "$machine_id_alone"
  cp "$BUILD/tests/bench-machine-id-reader" "${machine_id_alone%/*}/virt-ledger-reader"
}
