#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the systemd units leave to a scan is enough: it reads images of others with their capabilities only, and makes
# no system call that they filter.
. "$(dirname "$0")/private-libvirt.sh"
requires setpriv strace systemd-analyze

expect_status 0 env DESTDIR="$work/root" cmake --install "$BUILD"
unit=$(find "$work/root" -name virt-ledger.service)

# setting NAME: all values of a setting, a word a line.
setting() {
  sed -n "s/^$1=//p" "$unit" | tr ' ' '\n' | sed '/^$/d'
}

# calls SET…: the names of system calls in sets, and in those that these name.
calls() {
  local word
  for word; do
    case $word in
    @*)
      # shellcheck disable=SC2046 # words, indeed
      calls $(systemd-analyze syscall-filter "$word" | sed -n 's/^ *\([@a-z0-9_-]*\)$/\1/p' | grep -vx -- "$word")
      ;;
    *) printf '%s\n' "$word" ;;
    esac
  done
}

# A guest whose image only somebody else may read.
mkdir "$work/disks"
tree_new "$work/tree" web "$(machine_id_of web)"
disk_new gpt "$work/disks/web.raw" "$work/tree" web
chown -R 64055:64055 "$work/disks"
chmod 0700 "$work/disks"
chmod 0600 "$work/disks/web.raw"
libvirtd_start
domain_define web "$(disk_xml raw "$work/disks/web.raw")"

rights=-all$(setting CapabilityBoundingSet | sed 's/^CAP_/,+/' | tr 'A-Z\n' 'a-z ' | tr -d ' ')
limited() {
  setpriv --bounding-set "$rights" --inh-caps=-all --ambient-caps=-all --no-new-privs "$@"
}
limited sh -c "! cat /dev/null >>'$work/disks/web.raw'" 2>/dev/null || fail 'it may write images'

# libvirt starts ssh by itself, with even less.
mkdir "$work/bin"
printf '#!/bin/sh\n: >%s\nexit 1\n' "$work/ssh-ran" >"$work/bin/ssh"
chmod +x "$work/bin/ssh"
expect_status 1 limited env PATH="$work/bin:$PATH" "$virt_ledger" collect -c qemu+ssh://host/system
[ -e "$work/ssh-ran" ] || fail "libvirt starts no ssh: $(cat "$work/err")"

status=0
limited env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o "$work/trace" "$virt_ledger" scan -c qemu:///system 2>"$work/err" || status=$?
[ "$status" -ne 1 ] || fail "the scan: $(cat "$work/err")"
expect_row ok "SELECT status FROM guests WHERE domain = 'web'"
expect_row "$(machine_id_of web)" "SELECT machine_id FROM machine_ids WHERE domain = 'web'"
libvirtd_stop

mapfile -t filter < <(setting SystemCallFilter)
mapfile -t denied < <(printf '%s\n' "${filter[@]}" | awk '/^~/ { denied = 1 } denied { sub(/^~/, ""); print }')
calls "${filter[@]:0:${#filter[@]}-${#denied[@]}}" | sort -u >"$work/allowed"
calls "${denied[@]}" | sort -u | comm -23 "$work/allowed" - >"$work/left"
sed -nE 's/^[0-9]+ +([a-z0-9_]+)\(.*/\1/p' "$work/trace" | sort -u >"$work/made"
[ "$(wc -l <"$work/made")" -gt 40 ] || fail 'what did the scan do?'
expect_equal 'filtered system calls' '' "$(comm -13 "$work/left" "$work/made" | xargs)"
