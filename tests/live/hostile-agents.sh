#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Agents in booted guests that hang, drip, flood and lie (tests/lib/agent_modes.c), as a real libvirtd passes them on:
# each costs its own guest a status, in time and without memory, and says nothing to the terminal.
. "$(dirname "$0")/private-libvirt.sh"
. "$(dirname "$0")/../lib/debian.sh"
. "$(dirname "$0")/../lib/agent-guests.sh"
requires jq gcc cpio pkg-config
requires_debian

machine_id=$(machine_id_of honest)

# The mode of an agent, and what may become of its guest: libvirt gives a flood up when it is 10 MiB or 5 s old.
modes='honest ok
blocked blocked
never timeout
hang timeout
late timeout
drip timeout
flood agent-hostile|timeout
big agent-hostile
deep agent-hostile
types agent-hostile
number agent-hostile
duplicate agent-hostile
escape denied'

make_guests() {
  local mode
  mkdir -p "$work/initramfs.d"
  tree_new "$work/initramfs.d/trees/guest" honest "$machine_id"
  # shellcheck disable=SC2046 # words
  gcc -D_GNU_SOURCE -static -O1 -w -o "$work/initramfs.d/agent" "$SOURCE"/tests/lib/agent_{server,modes}.c \
    $(pkg-config --static --cflags --libs glib-2.0 jansson) 2>"$work/gcc" || fail "$(cat "$work/gcc")"
  initramfs_new "$work/initramfs" "$work/initramfs.d"
  while read -r mode _; do
    domain_define "$mode" "$AGENT_CHANNEL$(console_xml "$mode")" "$BOOT_FEATURES" \
      "$(boot_xml "$work/initramfs" "agent=$mode")" 96
    virsh -q -c qemu:///system start "$mode"
  done <<<"$modes"
}

is_connected() {
  virsh -q -c qemu:///system dumpxml "$1" | grep -q "guest_agent.0' state='connected'"
}

# watch_memory PID FILE: the most KiB that one of our processes had at once, until PID ends.
watch_memory() {
  while kill -0 "$1" 2>/dev/null; do
    cat /proc/[0-9]*/status 2>/dev/null || true
    sleep 0.1
  done | awk '/^Name:/ { ours = $2 ~ /^virt-ledger/ }
    ours && /^VmHWM:/ && $2 > most { most = $2 }
    END { print most + 0 }' >"$2"
}

# scan NAME [OPTION…]: what it says goes to $work/NAME.said, the most memory that it took to $work/NAME.kib.
scan() {
  local status=0
  "$virt_ledger" scan -c qemu:///system --road agent "${@:2}" >"$work/$1.said" 2>&1 &
  watch_memory $! "$work/$1.kib"
  wait $! || status=$?
  [ $status -le 2 ] || fail "exit status $status: $(cat "$work/$1.said")"
}

# expect_harmless FILE: nothing in it that a terminal would obey.
expect_harmless() {
  ! LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' "$1" || fail "$(cat -v "$1")"
}

libvirtd_start
make_guests
while read -r mode _; do
  wait_for is_connected "$mode"
done <<<"$modes"
echo "connected after $SECONDS s"

scan honest --domain honest
began=$SECONDS
scan all
seconds=$((SECONDS - began))
echo "scanned in $seconds s"

while read -r mode statuses; do
  status=$(rows_of "SELECT status FROM guests WHERE domain = '$mode'")
  [[ "|$statuses|" == *"|$status|"* ]] || fail "$mode: $statuses expected, got $status: $(cat "$work/all.said")"
done <<<"$modes"
expect_row "$machine_id" "SELECT machine_id FROM machine_ids WHERE domain = 'honest'"
expect_row 1 "SELECT detail LIKE '%guest says: %Permission denied' FROM guests WHERE domain = 'escape'"

# The deadline of a guest is 10 s, and they are asked side by side: one after another they took 40 s.
[ "$seconds" -le 25 ] || fail "the scan took $seconds s"
memory=$(($(cat "$work/all.kib") - $(cat "$work/honest.kib")))
# ASan keeps what is freed.
grep -qa __asan_init "$virt_ledger" || [ $memory -le 16384 ] || fail "hostile agents took $memory KiB"
"$virt_ledger" query 'SELECT * FROM guests' >"$work/guests.said"
for said in all guests; do
  expect_harmless "$work/$said.said"
done
kill -0 "$libvirtd_pid" || fail 'libvirtd is gone'
agent_ask honest guest-info >/dev/null
