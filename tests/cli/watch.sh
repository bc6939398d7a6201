#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Hypervisors that flood, lie, hang and flap while they are watched cost themselves only.
. "$(dirname "$0")/streams.sh"
unset VIRT_LEDGER_CLOCK
# What a sanitizer would keep of what was freed is no leak.
export ASAN_OPTIONS=quarantine_size_mb=0:thread_local_quarantine_size_kb=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}

# ssh(1) to hosts that are what their names say.
mkdir "$work/bin"
cat >"$work/bin/ssh" <<'EOF'
#!/usr/bin/env bash
connected='{"event":"connected"}'
uuid=10000000-0000-4000-8000-
case "${*: -2:1} ${*: -1}" in
*' virt-ledger collect --request')
  host=${*: -2:1}
  sed "s/kvm2/$host/; s/aaaaaaaa/$(printf '%s' "$host" | md5sum | cut -c 1-8)/" "$STREAM"
  ;;
'flood virt-ledger events --request') echo "$connected" && yes ;;
'endless virt-ledger events --request') exec cat /dev/zero ;;
'hang virt-ledger events --request') exec sleep 1000 ;;
'mute virt-ledger events --request') echo 'no shell for you' >&2 && exit 1 ;;
'flap virt-ledger events --request') echo "$connected" ;;
'early virt-ledger events --request') echo "{\"event\":\"domain\",\"uuid\":\"${uuid}000000000001\",\"what\":\"started\"}" && exec sleep 1000 ;;
'busy virt-ledger events --request')
  # Another domain a line, for ever.
  echo "$connected"
  exec awk -v uuid=$uuid 'BEGIN { for (;;) printf "{\"event\":\"domain\",\"uuid\":\"%s%012d\",\"what\":\"started\"}\n", uuid, i++ % 1e9 }'
  ;;
*) exit 255 ;;
esac
EOF
chmod +x "$work/bin/ssh"
PATH=$work/bin:$PATH
export STREAM=$streams/kvm2.jsonl

for host in flood endless hang mute flap early busy; do
  printf '[hypervisor %s]\nuri = qemu+ssh://%s/system\ntransport = ssh\n' $host $host
done >"$work/watch.conf"
printf '[hypervisor good]\nuri = test:///default\n' >>"$work/watch.conf"
VIRT_LEDGER_CONFIG=$work/watch.conf "$virt_ledger" watch 2>"$work/log" &
watch=$!
trap 'kill -TERM $watch 2>/dev/null || true; rm -rf "$work"' EXIT # also where the story ends early
sleep 8

resident_kib() {
  awk '/^VmRSS/ { print $2 }' "/proc/$watch/status"
}
cpu_ticks() {
  awk '{ print $14 + $15 }' "/proc/$watch/stat"
}

memory=$(resident_kib) ticks=$(cpu_ticks)
sleep 4
grown=$(($(resident_kib) - memory)) used=$(($(cpu_ticks) - ticks))
echo "in 4 s: $grown KiB, $used ticks of CPU"
# ASan keeps what is freed.
grep -qa __asan_init "$virt_ledger" || [ "$grown" -lt 4096 ] || fail "it grew by $grown KiB in 4 s"
[ "$used" -lt 200 ] || fail "it used $used ticks of CPU in 4 s"

# expect_said TIMES TEXT: as often or more.
expect_said() {
  local times
  times=$(grep -c -- "$2" "$work/log" || true)
  [ "$times" -ge "$1" ] || fail "it did not say '$2' $1 times but $times: $(head -c 4000 "$work/log")"
}
expect_said 1 'good: connected$'
expect_said 1 'flood: it does not tell events: '
expect_said 1 'endless: it does not tell events: a line without an end$'
expect_said 1 'mute: no shell for you$'
expect_said 2 'flap: the process that listens to it ended$'
expect_said 1 'early: it does not tell events: the first of them is that it is connected$'
expect_said 1 'busy: 2 domains read in '
expect_row 1 "SELECT count(*) FROM domains WHERE hypervisor LIKE 'test://%'"
expect_row 2 "SELECT count(*) FROM domains WHERE hypervisor LIKE 'qemu://busy/%'"
[ "$(grep -c 'mute: no shell' "$work/log")" -eq 1 ] || fail 'it repeats itself'
[ "$(grep -c 'flap: connected' "$work/log")" -le 5 ] || fail 'it does not back off'

children() {
  pgrep -P "$1" | xargs
}
[ -n "$(children $watch)" ] || fail 'who listens?'
listening=$(children $watch)
kill -TERM $watch
status=0
wait $watch || status=$?
expect_equal 'exit status' 0 "$status"
for pid in $listening; do
  ! kill -0 "$pid" 2>/dev/null || fail "process $pid is still there"
done

# What cannot begin says so.
expect_status 64 "$virt_ledger" watch --host nobody
expect_error 'nobody'
printf '[scam]\n' >"$work/wrong.conf"
VIRT_LEDGER_CONFIG=$work/wrong.conf expect_status 1 "$virt_ledger" watch
expect_error 'wrong.conf:1'
