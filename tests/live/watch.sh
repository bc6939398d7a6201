#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What happens to domains is in the ledger within seconds, across restarts of libvirt, beside other scans, and
# until it is asked to end.
. "$(dirname "$0")/private-libvirt.sh"
requires perl flock
# What a sanitizer would keep of what was freed is no leak.
export ASAN_OPTIONS=quarantine_size_mb=0:thread_local_quarantine_size_kb=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}

virsh() {
  command virsh -q -c qemu:///system "$@" >/dev/null
}

# notify_listen: what a service manager would be told goes to $work/notified, a message a line.
notify_listen() {
  perl -MSocket -e '
    socket(SOCKET, PF_UNIX, SOCK_DGRAM, 0) && bind(SOCKET, sockaddr_un($ARGV[0])) or die $!;
    $| = 1;
    while (defined recv(SOCKET, my $message, 4096, 0)) {
      $message =~ tr/\n/ /;
      print "$message\n";
    }' "$work/notify" >"$work/notified" &
  listener=$!
  until [ -S "$work/notify" ]; do sleep 0.1; done
}

watch_start() {
  NOTIFY_SOCKET=$work/notify WATCHDOG_USEC=1000000 "$virt_ledger" watch --verbose "$@" 2>"$work/watch.log" &
  watch=$!
}

# value SQL: the one value of a query; nothing while there is no ledger.
value() {
  "$virt_ledger" query --no-headings --format csv "$1" 2>/dev/null | tr -d '\r"' || true
}

# within SECONDS WHAT EXPECTED COMMAND…: wait until the command prints what is expected.
within() {
  local seconds=$1 what=$2 expected=$3 end=$((SECONDS + $1))
  shift 3
  until [ "$("$@")" = "$expected" ]; do
    if [ "$SECONDS" -ge "$end" ]; then
      cat "$work/watch.log" "$work/notified" >&2
      fail "$what: not '$expected' within $seconds s but '$("$@")'"
    fi
    sleep 0.2
  done
}

notified() {
  grep -c -- "$1" "$work/notified" || true
}

said() {
  grep -c -- "$1" "$work/watch.log" || true
}

state_of() {
  value "SELECT state FROM domains WHERE name = '$1'"
}

complete_scans() {
  value "SELECT count(*) FROM scans WHERE status = 'complete'"
}

resident_kib() {
  awk '/^VmRSS/ { print $2 }' "/proc/$watch/status"
}

libvirtd_start
notify_listen
domain_define first ''
watch_start -c qemu:///system
within 20 'ready' 1 notified '^READY=1'
within 20 'the first scan' 'shut off' state_of first
expect_equal 'status' 1 "$(notified '^STATUS=watching 1 of 1 hypervisor$')"

# A domain from its definition to its end.
domain_define second ''
within 10 'defined' 'shut off' state_of second
virsh start second
within 10 'started' running state_of second
virsh suspend second
within 10 'suspended' paused state_of second
virsh destroy second
within 10 'stopped' 'shut off' state_of second
virsh undefine second
within 10 'undefined' '' state_of second
expect_equal 'whole scans until here' 1 "$(complete_scans)"
expect_equal 'what was before that' 'shut off' "$("$virt_ledger" query --no-headings --format csv \
  --as-of "$(value 'SELECT max(scan_id) - 1 FROM scans')" "SELECT state FROM domains WHERE name = 'second'" | tr -d '\r')"

# Many events are few scans, and leave no memory behind.
scans=$(value 'SELECT count(*) FROM scans')
memory=$(resident_kib)
for _ in $(seq 100); do
  virsh define "$work/second.xml"
  virsh undefine second
done
virsh define "$work/second.xml"
within 15 'events' 203 said ' second \(un\)\?defined$'
sleep 3 # until they have settled
within 15 'after them' 'shut off' state_of second
scans=$(($(value 'SELECT count(*) FROM scans') - scans))
[ "$scans" -le 20 ] || fail "201 events were $scans scans"
grown=$(($(resident_kib) - memory))
# ASan keeps what is freed.
grep -qa __asan_init "$virt_ledger" || [ "$grown" -lt 4096 ] || fail "201 events took $grown KiB"

# While a scan runs, it waits, says so once, and reads afterwards what changed meanwhile.
(
  flock 9
  printf 'scan 4711 1764028800\n' >&9
  sleep 6
) 9>>"$VIRT_LEDGER.lock" &
holder=$!
sleep 0.5
virsh start second
sleep 4
expect_equal 'meanwhile' 'shut off' "$(state_of second)"
expect_equal 'what it waits for' 1 \
  "$(said 'waiting: .* by virt-ledger scan, process 4711, since 2025-11-25T00:00:00Z$')"
wait $holder
within 15 'after the scan' running state_of second
status=0
"$virt_ledger" scan --wait 30 -c qemu:///system 2>"$work/err" || status=$?
[ "$status" -ne 1 ] || fail "a scan beside it: $(cat "$work/err")"
virsh destroy second

# libvirt starts again: what changed meanwhile is found by a whole scan.
within 10 'stopped again' 'shut off' state_of second
scans=$(complete_scans)
libvirtd_stop
within 20 'lost' 1 said 'qemu:///system: libvirt hung up$'
within 5 'status' 'STATUS=watching 0 of 1 hypervisor' sed -n '/^STATUS/h; ${g; p}' "$work/notified"
sleep 3 # attempts that fail
libvirtd_start
domain_define third ''
within 20 'connected again' 2 said 'qemu:///system: connected$'
within 20 'defined meanwhile' 'shut off' state_of third
[ "$(complete_scans)" -gt "$scans" ] || fail 'no whole scan after the restart'

# A daemon that no longer answers is as good as gone, and connected again when it does.
kill -STOP "$libvirtd_pid"
within 45 'stopped' 1 said 'qemu:///system: libvirt no longer answers$'
kill -CONT "$libvirtd_pid"
within 20 'goes on' 3 said 'qemu:///system: connected$'

# The configuration is read again.
kill -HUP $watch
within 20 'read again' 1 said 'configuration was read again$'
within 20 'reloading' 1 notified '^RELOADING=1 MONOTONIC_USEC='
within 20 'ready again' 2 notified '^READY=1'
within 20 'connected a fourth time' 4 said 'qemu:///system: connected$'
[ "$(notified '^WATCHDOG=1')" -gt 5 ] || fail 'the watchdog is not fed'

# It ends when asked, also in the middle of work, and leaves nothing behind.
virsh start third
sleep 2.2
kill -TERM $watch
status=0
wait $watch || status=$?
expect_equal 'exit status' 0 "$status"
within 5 'stopping' 1 notified '^STOPPING=1'
expect_equal 'processes left' '' "$(pgrep -l virt-ledger || true)"
expect_status 0 "$virt_ledger" db check
virsh destroy third

# The second hypervisor that does not answer costs only itself; --full-every reads all again.
scans=$(complete_scans)
cat >"$work/watch.conf" <<EOF
[hypervisor good]
uri = qemu:///system
[hypervisor gone]
uri = qemu+unix:///system?socket=$work/no-such-socket
EOF
: >"$work/notified"
VIRT_LEDGER_CONFIG=$work/watch.conf watch_start --full-every 2
within 20 'ready with one of two' 1 notified '^READY=1'
within 20 'whose' 1 said 'warning: gone: '
within 30 'whole scans' yes bash -c "[ \$('$virt_ledger' query --no-headings --format csv \
  \"SELECT count(*) FROM scans WHERE status = 'complete'\") -ge $((scans + 3)) ] && echo yes"
kill -INT $watch
wait $watch || fail "exit status $? at SIGINT"
kill $listener
libvirtd_stop
