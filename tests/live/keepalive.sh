#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A hypervisor on another machine that falls silent without hanging up: the connection breaks, and whoever waits
# on it is told, within half a minute.
. "$(dirname "$0")/private-libvirt.sh"
requires ip

printf 'listen_tls = 0\nlisten_tcp = 1\nlisten_addr = "127.0.0.1"\nauth_tcp = "none"\n' >>/etc/libvirt/libvirtd.conf
ip link set lo up
libvirtd_options=(--listen)
libvirtd_start
uri=qemu+tcp://127.0.0.1/system
domain_define web-1 ''
expect_status 3 "$virt_ledger" collect -c "$uri"
expect_equal 'domains over TCP' 1 "$(grep -c '"kind":"domain"' "$work/out")"

"$virt_ledger" events -c "$uri" >"$work/events" 2>"$work/err" &
events=$!
for _ in $(seq 100); do
  ! grep -q connected "$work/events" || break
  sleep 0.1
done
sleep 12 # an idle connection stays
expect_equal 'events of an idle connection' 1 "$(wc -l <"$work/events")"

began=$SECONDS
kill -STOP "$libvirtd_pid"
wait $events || true
took=$((SECONDS - began))
kill -CONT "$libvirtd_pid"
libvirtd_stop
grep -q lost "$work/events" || fail 'a silent hypervisor was not noticed'
[ $took -le 33 ] || fail "it was noticed after $took seconds"
