#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guest agents that hang, drip, flood and lie: each has its status, in time, and costs the others nothing.
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/images.sh"
. "$(dirname "$0")/../lib/agents.sh"
requires jq md5sum

deadline_s=10 # of a guest, by default
domains=(honest-1 honest-2 honest-3 honest-4 blocked denied escape never hang drip late previous flood big deep more
  crumbs types duplicate number garbage none disconnected)
uri=test://$work/node.xml

# mode_of NAME: of the agent of a domain; none for those that have none.
mode_of() {
  case $1 in
  honest-* | hang-* | never-* | slow-*) echo "${1%-*}" ;;
  none | disconnected) ;;
  *) echo "$1" ;;
  esac
}

# status_of NAME: what it deserves.
status_of() {
  case $1 in
  honest-*) echo ok ;;
  blocked | denied) echo "$1" ;;
  escape) echo denied ;;
  never* | hang* | drip | late | slow-*) echo timeout ;;
  none | disconnected) echo no-agent ;;
  *) echo agent-hostile ;;
  esac
}

# play LATENCY_MS NAME…: domains with these names, and their agents.
play() {
  local latency_ms=$1 name mode
  local -a agents=()
  shift
  for name; do
    mode=$(mode_of "$name")
    [ -z "$mode" ] || agents+=("$name:${mode/slow/honest}")
  done
  agents_node "$@" >"$work/node.xml"
  agents_start "$latency_ms" "${agents[@]}"
}

# collect OPTION…: leaves the milliseconds that it took in $took.
collect() {
  local began=${EPOCHREALTIME/./} status=0
  "${with_agents[@]}" "$virt_ledger" collect -c "$uri" --road agent "$@" >"$work/out" 2>"$work/err" || status=$?
  took=$(((${EPOCHREALTIME/./} - began) / 1000))
  [ $status -eq 3 ] || [ $status -eq 0 ] || { cat "$work/err" >&2; fail "exit status $status"; }
}

# expect_statuses NAME…
expect_statuses() {
  local name
  for name; do
    expect_equal "status of $name" "$(status_of "$name")" \
      "$(jq -r --arg uuid "$(uuid_of "domain $name")" 'select(.kind == "guest" and .domain == $uuid) | .status' "$work/out")"
  done
}

# expect_within MILLISECONDS: granted are ten percent more, and what a collector takes that meets no trouble.
expect_within() {
  [ "$took" -le $(($1 * 11 / 10 + calm_ms)) ] || fail "it took $took ms, not $1"
}

# opened_and_closed NAME: how many files of a guest its agent opened, and how many it closed.
opened_and_closed() {
  echo "$(grep -c ^opened "$FAKE_AGENTS/$1.log") $(grep -c ^closed "$FAKE_AGENTS/$1.log")"
}

tree_new "$agent_trees/default" guest "$(machine_id_of guest)"

play 5 honest-1 honest-2 honest-3 honest-4
collect
expect_statuses honest-1 honest-2 honest-3 honest-4
calm_ms=$took

# All of them at once: the statuses, the machine ID, the time.
play 5 "${domains[@]}"
collect
expect_statuses "${domains[@]}"
expect_within $((deadline_s * 1000))
expect_equal 'machine IDs' "4 $(machine_id_of guest)" "$(jq -r 'select(.kind == "guest").roots[]?.identities[]
  | select(.kind == "machine-id" and .path == "/etc/machine-id").value' "$work/out" | sort | uniq -c | sed 's/^ *//')"
expect_equal 'marks' guest-attested "$(jq -r 'select(.kind == "guest").roots[]?.marks' "$work/out" | sort -u)"
jq -r 'select(.status == "blocked").detail' "$work/out" | grep -q guest-file-open || fail 'what is blocked is not named'

# Files are closed even when reading them fails.
for name in honest-1 hang late more crumbs number; do
  counts=$(opened_and_closed "$name")
  expect_equal "files that the agent of $name opened and closed" "${counts% *}" "${counts#* }"
  [ "${counts% *}" -gt 0 ] || fail "the agent of $name opened no file"
done

# What a guest says is quoted, never obeyed: no escape sequence, no control character, no bidirectional override.
play 5 honest-1 escape
expect_status 3 "${with_agents[@]}" "$virt_ledger" scan -c "$uri" --road agent
"$virt_ledger" list guests >"$work/list"
"$virt_ledger" show escape >"$work/show"
"$virt_ledger" query --format json "SELECT * FROM guests" >"$work/query"
for file in err list show query; do
  ! LC_ALL=C grep -P '[\x00-\x08\x0b-\x1f\x7f]|\xe2\x80[\xaa-\xae]|\xc2[\x80-\x9f]' "$work/$file" ||
    fail "control characters in $file"
done
grep -q owned "$work/query" || fail 'the words of the guest are not kept'

# Many that hang go a few at a time, and the others wait for their turn without being late for it.
hanging=(never-1 never-2 never-3 never-4 never-5 never-6)
patient=(honest-1 honest-2 honest-3 honest-4 honest-5 honest-6 honest-7 honest-8)
play 5 "${hanging[@]}" "${patient[@]}"
collect --guest-deadline 7
expect_statuses "${hanging[@]}" "${patient[@]}"
expect_within $((${#hanging[@]} * 5000 / 3))

# An agent that answers every question, and each too slowly: the guest has its deadline all the same.
play 1000 slow-1 slow-2
collect --guest-deadline 3
expect_statuses slow-1 slow-2
expect_within 3000

# It is not left with open files: there is time for closing them.
play 700 slow-1
collect --guest-deadline 3
expect_statuses slow-1
counts=$(opened_and_closed slow-1)
expect_equal 'files that a slow agent opened and closed' "${counts% *}" "${counts#* }"

# measure_peak NAME…: leaves in $peak the KiB that a collector needs which meets these; one must last for five seconds.
measure_peak() {
  play 5 "$@"
  "${with_agents[@]}" "$virt_ledger" collect -c "$uri" --road agent >/dev/null 2>&1 &
  local collector=$!
  sleep 4
  peak=$(awk '/^VmHWM/ { print $2 }' "/proc/$collector/status")
  wait $collector || true
}
# What a flood costs: here it is this process that reads up to libvirt's own limit of 10 MiB. ASan keeps what is freed.
if ! grep -qa __asan_init "$virt_ledger"; then
  measure_peak honest-1 honest-2 hang
  calm=$peak
  measure_peak honest-1 flood hang
  [ $((peak - calm)) -le $((16 << 10)) ] || fail "a flood costs $((peak - calm)) KiB"
fi

# Where writing is denied there is one try, and advice.
play 5 honest-1 honest-2 honest-3
FAKE_AGENTS_DENIED=$work/denied collect
expect_equal 'statuses where writing is denied' '3 denied' \
  "$(jq -r 'select(.kind == "guest").status' "$work/out" | uniq -c | sed 's/^ *//')"
jq -r 'select(.kind == "guest").detail' "$work/out" | grep -q 'usermod -a -G libvirt' || fail 'no advice'
expect_equal 'tries' 1 "$(grep -c refused "$work/denied")"
