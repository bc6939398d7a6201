#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 200 hypervisors through an ssh that is none, of which 20 % hang, 10 % flood, and some die, lie, or talk nonsense: each of
# them costs itself only, and nothing of it stays.
. "$(dirname "$0")/../lib/story.sh"
requires ps jq

hosts=200 guests=10 jobs=200 deadline=30
export TMPDIR=$work/tmp
mkdir "$work/bin" "$work/streams" "$TMPDIR"

# streams of guests, a file each: host0, host1, …
"$BUILD/tests/generate-stream" $((hosts * guests)) $hosts |
  awk -v folder="$work/streams" '/^{"kind":"collection"/ { file = folder "/host" number++ } { print > file }'

# A program by this name is one that a host of ours has started.
ln -s "$(command -v sleep)" "$work/bin/fleet-hang"

# The words that ssh is called with are fixed; what is asked comes over standard input.
cat >"$work/bin/ssh" <<'EOF_SSH'
#!/bin/sh
[ "$1 $2 $3 $4" = '-T -oBatchMode=yes -oServerAliveInterval=15 --' ] || exit 98
[ "$6" = 'virt-ledger collect --request' ] && [ $# -eq 6 ] || exit 97
host=${5#root@}
case $(cat) in
*'"uri":"qemu:///system"'*) ;;
*) exit 96 ;;
esac
stream=$FLEET/streams/$host
case $(cat "$FLEET/how/$host" 2>/dev/null) in
hang) exec fleet-hang 1000 ;;
hang-midway) head -n 9 "$stream"; trap '' TERM INT HUP; fleet-hang 1000; fleet-hang 1000 ;;
hang-behind) fleet-hang 1000 & cat "$stream" ;; # somebody keeps its output open
flood) head -n 2 "$stream"; while cat "$FLEET/flood"; do :; done ;;
flood-line) head -n 2 "$stream"; cat /dev/zero ;;
flood-words) head -c 3000000 /dev/zero | tr '\0' x >&2; cat "$stream" ;;
die) head -n 12 "$stream"; kill -9 $$ ;;
refuse) printf 'Warning: \033[31mred\033[0m\r\nssh: connect to host %s port 22: Connection refused\r\n' "$host" >&2; exit 255 ;;
refuse-late) head -c 60000 /dev/zero | tr '\0' x >&2; printf '\0\nssh: the last words\n' >&2; exit 255 ;;
absent) echo 'sh: 1: virt-ledger: not found' >&2; exit 127 ;;
garbage) echo 'Last login: never'; cat "$stream" ;;
silent) exit 0 ;;
lie) cat "$FLEET/streams/host3" ;;
twice) cat "$stream" "$FLEET/streams/host19" ;;
*) cat "$stream" ;;
esac
EOF_SSH
chmod 0755 "$work/bin/ssh"
export FLEET=$work PATH=$work/bin:$PATH
sed -n '3,5p' "$work/streams/host0" >"$work/flood.few"
for _ in $(seq 200); do cat "$work/flood.few"; done >"$work/flood"

# configure COUNT: that many hypervisors, all well.
configure() {
  local number
  export VIRT_LEDGER_CONFIG=$work/fleet.conf
  printf '[scan]\njobs = %d\ndeadline = %d\nstream-limit = 4M\n' $jobs $deadline >"$work/fleet.conf"
  for number in $(seq 0 $(($1 - 1))); do
    printf '[hypervisor kvm%d]\nuri = qemu+ssh://root@host%d/system\ntransport = ssh\nlabels = rack %d, test\n' \
      "$number" "$number" $((number % 7))
  done >>"$work/fleet.conf"
  rm -rf "$work/how"
  mkdir "$work/how"
}

# behave HOW NUMBER…
behave() {
  local how=$1 number
  shift
  for number; do
    echo "$how" >"$work/how/host$number"
  done
}

# still_running: our hosts' processes, those excepted that are dead and only wait to be reaped.
still_running() {
  ps -eo stat=,args= | awk -v pattern="fleet-hang|$work/bin/ssh" '$1 !~ /^Z/ && $0 ~ pattern && $0 !~ /awk/'
}

# wait_for_hosts: until some of them run.
wait_for_hosts() {
  for _ in $(seq 100); do
    [ -z "$(still_running)" ] || return 0
    sleep 0.1
  done
  fail 'no host was started'
}

# scan NAME STATUS [OPTION…]: leaves the milliseconds that it took in $took, its peak in KiB in $peak, its JSON in $work/NAME.
scan() {
  local name=$1 wanted=$2 began=${EPOCHREALTIME/./} process status=0
  shift 2
  "$virt_ledger" scan --all --format json "$@" >"$work/$name" 2>"$work/err" &
  process=$!
  peak=0
  while kill -0 $process 2>/dev/null; do
    peak=$(awk '/^VmHWM/ { print $2 }' "/proc/$process/status" 2>/dev/null || true)
    last=${peak:-${last:-0}}
    sleep 0.1
  done
  wait $process || status=$?
  peak=$last
  took=$(((${EPOCHREALTIME/./} - began) / 1000))
  [ $status -eq "$wanted" ] || { cat "$work/err" >&2; fail "exit status $status, not $wanted: $name"; }
  expect_equal "what $name leaves running" '' "$(still_running)"
  expect_equal "what $name leaves on disk" '' "$(ls "$TMPDIR")"
}

# status_of NAME NUMBER
status_of() {
  jq -r ".scans[] | select(.name == \"kvm$2\") | .status" "$work/$1"
}
expect_trouble() {
  grep -q "^virt-ledger: kvm$1: .*$2" "$work/err" || { cat "$work/err" >&2; fail "nothing about kvm$1 and '$2'"; }
}

# A small fleet, and all of it is well: what it costs is the measure of the large one. All is in configured order.
configure 20
scan small 2
small_peak=$peak small_took=$took
expect_equal 'names in order' "$(seq -f 'kvm%g' 0 19 | paste -sd ' ')" "$(jq -r '.scans[].name' "$work/small" | paste -sd ' ')"
expect_equal 'hypervisors read' 20 "$(jq '[.scans[] | select(.status == "complete")] | length' "$work/small")"
expect_row 200 'SELECT count(*) FROM domains'
expect_row '"rack 3, test"' "SELECT labels FROM hypervisors WHERE configured_as = 'kvm3'"

# Few files may be open: fewer collectors run at once, and none is lost.
within_files() {
  ulimit -n "$1"
  shift
  exec "$@"
}
(within_files 32 "$virt_ledger" scan --all --format json) >"$work/few" 2>"$work/err" || [ $? -eq 2 ] || fail "few files: $(<"$work/err")"
expect_equal 'read with few files' 20 "$(jq '[.scans[] | select(.status == "complete")] | length' "$work/few")"
(within_files 32 "$virt_ledger" hosts --check --format json) >"$work/few" 2>"$work/err" || fail "few files: $(<"$work/err")"
expect_equal 'answers with few files' 20 "$(jq '[.[] | select(.status == "ok")] | length' "$work/few")"

# A disk without space for a stream is what the ledger says of the hypervisor.
if unshare --user --map-root-user --mount mount -t tmpfs tmpfs "$TMPDIR" 2>/dev/null; then
  # shellcheck disable=SC2016 # words of the inner shell
  expect_status 1 unshare --user --map-root-user --mount sh -c \
    'mount -t tmpfs -o size=16k tmpfs "$TMPDIR" && head -c 16384 /dev/zero >"$TMPDIR/all" && "$1" scan --host kvm1' sh "$virt_ledger"
  expect_row 1 "SELECT count(*) FROM hypervisors WHERE configured_as = 'kvm1' AND last_error LIKE '%No space left%'"
fi
rm -rf "$work/ledger" && (umask 077 && mkdir "$work/ledger")

# The large one, which is not. Who host3 is, is known before somebody else says to be it.
configure $hosts
expect_status 0 "$virt_ledger" scan --host kvm3
# shellcheck disable=SC2046 # numbers
{
  behave hang $(seq 1 10 199)
  behave hang-midway $(seq 2 10 199)
  behave flood $(seq 4 20 199)
  behave flood-line $(seq 14 20 199)
}
behave hang-behind 5
behave flood-words 6
behave die 7
behave refuse 8
behave absent 9
behave refuse-late 10
behave garbage 15
behave silent 16
behave lie 17 # to be host3
behave twice 18
scan large 2
# Besides waiting there is work to do, ten times that of a tenth of the fleet.
[ "$took" -le $((deadline * 1100 + 10 * small_took)) ] ||
  fail "$took ms for a deadline of $deadline s, and $small_took ms for a tenth of the fleet"
# ASan keeps what is freed.
grep -qa __asan_init "$virt_ledger" || [ "$peak" -le $((small_peak + 16384)) ] ||
  fail "$peak KiB of memory, and $small_peak KiB for a tenth of the fleet"
echo "$hosts hypervisors in $took ms with $peak KiB; 20 with $small_peak KiB"

expect_equal 'names in order' "$(seq -f 'kvm%g' 0 199 | paste -sd ' ')" "$(jq -r '.scans[].name' "$work/large" | paste -sd ' ')"
expect_equal 'hypervisors read' 132 "$(jq '[.scans[] | select(.status == "complete")] | length' "$work/large")"
expect_row 132 "SELECT count(*) FROM hypervisors WHERE last_status = 'complete'"
expect_row 40 "SELECT count(*) FROM hypervisors WHERE last_status = 'timeout' AND last_error LIKE '%deadline of $deadline s%'"
expect_row 200 'SELECT count(*) FROM hypervisors WHERE configured_as IS NOT NULL AND last_status IS NOT NULL'
# What came before somebody hung is known, and nothing is concluded from what did not.
expect_row 3 "SELECT count(*) FROM domains AS d JOIN hypervisors AS h ON h.name = d.hypervisor WHERE h.configured_as = 'kvm12'"

expect_equal 'an output held open' complete "$(status_of large 5)"
expect_equal 'a flood of words' complete "$(status_of large 6)"
expect_equal 'a dead one' partial "$(status_of large 7)"
expect_trouble 7 'killed by signal 9'
expect_trouble 8 'host8 says: Warning: .*red.* / ssh: connect to host host8 port 22: Connection refused'
expect_trouble 10 'host10 says: .* / ssh: the last words'
expect_trouble 9 'virt-ledger is not installed on host9'
for number in 4 8 9 10 14 15 16; do
  expect_equal "status of kvm$number" refused "$(status_of large $number)"
done
expect_trouble 4 'flooded us'
expect_trouble 14 'flooded us'
expect_trouble 15 'no stream of facts'
expect_trouble 16 'without the end of its facts'
expect_trouble 17 'already answers as'
expect_trouble 18 'this is a second'
expect_row complete "SELECT last_status FROM hypervisors WHERE configured_as = 'kvm3'"

# Asked to end, a scan ends its collectors and keeps what it has.
"$virt_ledger" scan --all >"$work/out" 2>"$work/err" &
process=$!
wait_for_hosts
sleep 2
kill -TERM $process
status=0
wait $process || status=$?
expect_equal 'status of an interrupted scan' 1 $status
grep -q 'interrupted: [0-9]* of 200 hypervisors are in the ledger' "$work/err" || fail 'it does not say that it was interrupted'
expect_equal 'what an interrupted scan leaves running' '' "$(still_running)"
expect_status 0 "$virt_ledger" db check

# So does one that is killed: the kernel ends its collectors.
"$virt_ledger" -q scan --host kvm1 >/dev/null 2>&1 &
process=$!
wait_for_hosts
kill -KILL $process
wait $process 2>/dev/null || true
sleep 0.5
expect_equal 'the ssh of a killed scan' '' "$(still_running)"

# Some of them, by name, and what cannot be.
expect_status 2 "$virt_ledger" scan --host kvm0 --host kvm3 --format json
expect_equal 'names' 'kvm0 kvm3' "$(jq -r '.scans[].name' "$work/out" | paste -sd ' ')"
expect_status 64 "$virt_ledger" scan --host kvm
expect_status 64 "$virt_ledger" scan --all --host kvm0
VIRT_LEDGER_CONFIG=$work/none.conf expect_status 64 "$virt_ledger" scan --all

# Asked to end, it first keeps the stream that is on its way into the ledger; asked twice, it does not.
"$BUILD/tests/generate-stream" 50000 1 >"$work/streams/host0"
sed -i '/^stream-limit/d' "$VIRT_LEDGER_CONFIG"
"$virt_ledger" -q scan --host kvm0 2>"$work/err" &
process=$!
for _ in $(seq 200); do
  [ ! -s "$VIRT_LEDGER-journal" ] || break
  sleep 0.05
done
kill -TERM $process
sleep 0.3
kill -TERM $process
status=0
wait $process || status=$?
expect_equal 'status of a scan that was asked twice to end' 143 $status
expect_status 0 "$virt_ledger" db check
