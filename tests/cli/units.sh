#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The systemd units as they are installed: without a mistake, with what they start, and with few rights.
. "$(dirname "$0")/../lib/story.sh"
requires cmake systemd-analyze

exposure_max=30 # tenths
expect_status 0 env DESTDIR="$work/root" cmake --install "$BUILD"
mapfile -t units < <(find "$work/root" -name 'virt-ledger*.service' -o -name 'virt-ledger*.timer' | sort)
expect_equal 'units' 'virt-ledger-watch.service virt-ledger.service virt-ledger.timer' "$(basename -a "${units[@]}" | xargs)"
folder=$(dirname "${units[0]}")

# Who watches many hypervisors is neither quickly ready nor always able to say that it lives, and ends its own children.
watch=$folder/virt-ledger-watch.service
expect_equal 'time to be ready' "$(sed -n 's/^WatchdogSec=//p' "$watch")" "$(sed -n 's/^TimeoutStartSec=//p' "$watch")"
expect_equal 'who ends children' 'KillMode=mixed KillMode=mixed' "$(grep -h '^KillMode=' "$folder"/*.service | xargs)"

# What they start is installed, and it is a verb and options that there are.
while read -r program words; do
  [ -x "$work/root$program" ] || fail "$program is not installed"
  read -ra words <<<"$words"
  expect_status 0 "$virt_ledger" "${words[@]}" --help
done < <(sed -n 's/^ExecStart=//p' "$folder"/virt-ledger*.service)

# systemd-analyze looks for programs and manuals on this machine; here nothing of ours is installed.
mkdir "$work/units"
for unit in "${units[@]}"; do
  sed 's,^ExecStart=[^ ]*,ExecStart=/bin/true,' "$unit" >"$work/units/$(basename "$unit")"
done
expect_status 0 systemd-analyze verify --man=no "$work"/units/*
expect_equal 'verify' '' "$(cat "$work/out" "$work/err")"
for unit in "$work"/units/*.service; do
  expect_status 0 systemd-analyze security --offline=true --threshold=$exposure_max "$unit"
  tail -n 1 "$work/out"
done
