#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Running guests are read through their agents and off their disks: three booted clones of a real Debian, and what
# becomes of them when an agent is blocked, is gone or hangs, when a guest goes by another ID than its disk, and when
# they are shut off.
. "$(dirname "$0")/private-libvirt.sh"
. "$(dirname "$0")/../lib/debian.sh"
. "$(dirname "$0")/../lib/agent-guests.sh"
requires jq gcc cpio strace qemu-io
requires_debian

clones=(clone-1 clone-2 clone-3)
disks=$work/disks
mkdir -p "$disks"
other_id=$(machine_id_of other)
keys=9,3 # of the package's three types, the same in each clone

make_clones() {
  local clone
  qcow2_from "$debian/debian.raw" "$disks/debian.qcow2"
  chmod 0400 "$disks/debian.qcow2"
  initramfs_new "$work/initramfs" "$work/initramfs.d"
  for clone in "${clones[@]}"; do
    cp --sparse=always "$debian/debian.raw" "$work/changed.raw"
    disk_write "$work/changed.raw" /etc/hostname "$clone"
    overlay_of_changes "$disks/debian.qcow2" "$debian/debian.raw" "$work/changed.raw" "$disks/$clone.qcow2"
    domain_define "$clone" "$(disk_xml qcow2 "$disks/$clone.qcow2")$AGENT_CHANNEL$(console_xml "$clone")" \
      "$BOOT_FEATURES" "$(boot_xml "$work/initramfs")" 256
  done
  rm "$work/changed.raw"
}

# Guests whose disks hold a system that never boots.
make_others() {
  local name
  for name in silent bare off; do
    tree_new "$work/$name" "$name" "$(machine_id_of "$name")"
    disk_new gpt "$disks/$name.raw" "$work/$name" "$name"
  done
  domain_define silent "$(disk_xml raw "$disks/silent.raw")$AGENT_CHANNEL"
  domain_define bare "$(disk_xml raw "$disks/bare.raw")"
  domain_define off "$(disk_xml raw "$disks/off.raw")"
}

start() {
  virsh -q -c qemu:///system start "$1"
}

scan() {
  expect_status 2 "$virt_ledger" scan -c qemu:///system "$@"
}

# expect_guest DOMAIN ROAD STATUS
expect_guest() {
  expect_row "$3" "SELECT status FROM guests WHERE domain = '$1' AND road = '$2'"
}

# expect_read DOMAIN ROAD [MARKS]: it was, and this is to be known of it.
expect_read() {
  expect_row "ok,${3:-}" "SELECT status, marks FROM guests WHERE domain = '$1' AND road = '$2'"
}

# expect_id DOMAIN ROAD ID: the machine ID that the road says, and whether it counts.
expect_id() {
  expect_row "$3" "SELECT value FROM identities WHERE kind = 'machine-id' AND domain = '$1' AND source = '$2'"
}

# expect_carriers ROAD DOMAIN…: just these have the ID that they were cloned with, by the road that counts.
expect_carriers() {
  expect_row "${*:2}" "SELECT group_concat(domain, ' ') FROM (SELECT domain FROM identities
    WHERE kind = 'machine-id' AND value = '$machine_id' AND source = '$1' AND effective ORDER BY domain)"
}

expect_clones_found() {
  expect_carriers "$1" "${clones[@]}"
  expect_row 1 "SELECT count(*) FROM findings WHERE rule = 'machine-id.duplicate' AND status = 'open'
    AND detail LIKE '%clone-1%clone-2%clone-3%'"
}

# expect_finding RULE DOMAIN…: just these have it.
expect_finding() {
  expect_row "${*:2}" "SELECT group_concat(domain, ' ') FROM (SELECT domain FROM findings
    WHERE rule = '$1' AND status = 'open' ORDER BY domain)"
}

is_disconnected() {
  virsh -q -c qemu:///system dumpxml "$1" | grep "guest_agent.0' state='disconnected'"
}

is_blocked() {
  agent_ask "$1" guest-info | jq -e '.supported_commands[] | select(.name == "guest-file-open").enabled == false'
}

base_state() {
  sha256sum "$disks/debian.qcow2"
  stat -c '%y %a' "$disks/debian.qcow2"
}

boot_all() {
  local domain
  for domain in "${clones[@]}" silent bare; do
    start "$domain"
  done
  for domain in "${clones[@]}"; do
    wait_for agent_ask "$domain" guest-ping
  done
}

# Both roads into what runs, and the agent's word counts.
running() {
  local clone road
  scan
  for clone in "${clones[@]}"; do
    expect_read "$clone" agent guest-attested
    expect_read "$clone" disk 'journal-dirty torn-possible'
    expect_row "$clone" "SELECT hostname FROM guests WHERE domain = '$clone' AND effective"
  done
  expect_clones_found agent
  expect_finding machine-id.live-differs
  # The same host keys by both.
  for road in agent disk; do
    expect_row "$keys" "SELECT count(*), count(DISTINCT fingerprint) FROM host_key_fact JOIN root USING (root_id)
      JOIN guest USING (guest_id) WHERE road = '$road' AND state = 'ok' AND has_private AND public_state = 'matches'"
  done

  expect_guest silent agent no-agent
  expect_read silent disk torn-possible
  expect_guest bare agent no-agent
  expect_read bare disk torn-possible
  expect_row disk "SELECT road FROM guests WHERE domain = 'bare' AND effective"
  expect_read off disk
  expect_row 0 "SELECT count(*) FROM guests WHERE domain = 'off' AND road = 'agent'"
  expect_finding guest.unreadable

  scan --road disk
}

# Nobody who wants to start or write a guest is kept from it, nor is anything written: the witness is strace.
untouched() {
  local calls=$work/calls opened
  expect_status 0 env ASAN_OPTIONS=detect_leaks=0 strace -f -y -qq -o "$calls" -e trace=open,openat,openat2,fcntl,flock \
    "$virt_ledger" collect -c qemu:///system --road disk
  opened=$(grep -E "open.*$disks/" "$calls" | grep -v O_PATH)
  [ -n "$opened" ] || fail 'strace saw nothing'
  ! grep -E 'O_RDWR|O_WRONLY|O_CREAT|O_TRUNC' <<<"$opened" || fail 'an image was opened to be written'
  ! grep -E "$disks/.*(LOCK_|F_SETLK|F_OFD_SETLK)" "$calls" || fail 'an image was locked'
}

# One agent as RHEL has it, one that is stopped, and one whose guest goes by an ID of this boot only.
disturb() {
  guest_begin clone-1 'printf "[general]\nblacklist = guest-file-open,guest-file-read,guest-file-close\n" \
    >/etc/qemu/qemu-ga.conf; sync; systemctl restart qemu-guest-agent' >/dev/null
  guest_begin clone-2 'sync; systemctl stop qemu-guest-agent' >/dev/null
  guest_run clone-3 "echo $other_id >/run/machine-id; mount --bind /run/machine-id /etc/machine-id; sync"
  wait_for is_blocked clone-1
  wait_for is_disconnected clone-2
}

disturbed() {
  scan
  expect_guest clone-1 agent blocked
  expect_row 1 "SELECT detail LIKE '%guest-file-open%' FROM guests WHERE domain = 'clone-1' AND road = 'agent'"
  expect_guest clone-2 agent no-agent
  expect_read clone-3 agent 'guest-attested transient-machine-id'
  expect_id clone-3 agent "$other_id"
  expect_id clone-3 disk "$machine_id"
  expect_finding machine-id.live-differs clone-3
  expect_row "$other_id" "SELECT machine_id FROM machine_ids WHERE domain = 'clone-3'"
  # Their disks tell of the others still.
  expect_carriers disk clone-1 clone-2
}

# An agent that hangs costs its own guest its deadline, and meanwhile what is off can be started.
hanging() {
  local began=$SECONDS pid status=0
  guest_begin clone-1 'sleep 0.5; kill -STOP "$(pidof qemu-ga)"' >/dev/null
  sleep 1
  "$virt_ledger" scan -c qemu:///system >"$work/out" 2>"$work/err" &
  pid=$!
  sleep 1
  kill -0 $pid 2>/dev/null || fail 'no scan runs'
  start off
  wait $pid || status=$?
  expect_equal 'the scan' 2 $status
  [ $((SECONDS - began)) -le 20 ] || fail "it took $((SECONDS - began)) s"
  expect_guest clone-1 agent timeout
  expect_read clone-3 agent 'guest-attested transient-machine-id'
  virsh -q -c qemu:///system destroy off
}

# The same three by their disks.
shut_off() {
  local clone
  for clone in "${clones[@]}"; do
    virsh -q -c qemu:///system destroy "$clone"
  done
  scan
  for clone in "${clones[@]}"; do
    expect_read "$clone" disk journal-dirty
    expect_row disk "SELECT road FROM guests WHERE domain = '$clone' AND effective"
  done
  expect_clones_found disk
  expect_finding machine-id.live-differs
}

libvirtd_start
make_clones
make_others
machine_id=$(disk_read "$debian/debian.raw" /etc/machine-id)
base=$(base_state)
boot_all
echo "booted after $SECONDS s"
running
untouched
disturb
disturbed
hanging
shut_off
expect_equal 'the base image' "$base" "$(base_state)"
