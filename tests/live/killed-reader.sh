#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A reader that dies while it holds secrets leaves no core, whatever the limit is and whatever kills it.
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/images.sh"
requires jq pgrep ssh-keygen
case $(cat /proc/sys/kernel/core_pattern) in
/* | '|'*) skip 'cores of this machine go elsewhere' ;;
esac
ulimit -c unlimited 2>/dev/null || skip 'cores are not allowed here'

# The control: what dies here does leave a core.
mkdir "$work/here"
cd "$work/here"
sh -c 'kill -SEGV $$' || true
[ -n "$(find "$work/here" -name 'core*')" ] || skip 'nothing leaves a core here'
rm "$work"/here/core*

# A guest that takes a second or two: many users and rules, with secrets that are read first.
root=$work/slow
tree_new "$root" slow "$(machine_id_of slow)"
install -m 755 /dev/null "$root/usr/sbin/sshd"
ssh-keygen -q -t ed25519 -N '' -C CANARY -f "$root/etc/ssh/ssh_host_ed25519_key"
echo 'root:$6$CANARY$CANARY:19000:0:99999:7:::' >"$root/etc/shadow"
awk 'BEGIN { for (i = 0; i < 10000; i++) print "u" i ":x:" i + 1 ":1::/:/bin/bash" }' >"$root/etc/passwd"
awk 'BEGIN { for (i = 0; i < 4900; i++) print "Match User u" i ",*x*\n  PermitTTY no" }' >"$root/etc/ssh/sshd_config"

# It has begun to read by then, and is not done. A sanitizer is slower, and its handler of signals asks for more than
# the sandbox allows.
pause=0.15 other_signal=
if grep -qa __asan_init "$virt_ledger"; then
  pause=0.6 other_signal='|SIGSYS'
fi

for signal in SEGV ABRT BUS; do
  "$virt_ledger" collect --root "$root" >"$work/stream" 2>"$work/messages" &
  pid=$!
  reader=
  while [ -z "$reader" ] && kill -0 $pid 2>/dev/null; do
    reader=$(pgrep -P $pid virt-ledger-rea) || sleep 0.01
  done
  sleep "$pause"
  kill "-$signal" "$reader" || fail "the reader was done before SIG$signal came"
  wait $pid || true
  expect_equal "a reader that got SIG$signal" 'reader-crashed' \
    "$(jq -r 'select(.kind == "guest").status' "$work/stream")"
  jq -r 'select(.kind == "guest").detail' "$work/stream" | grep -qE "SIG$signal$other_signal" || fail "it did not die of SIG$signal"
  expect_equal 'cores' '' "$(find "$work" -name 'core*' -print)"
  if grep -l CANARY "$work/stream" "$work/messages"; then
    fail 'a secret got out'
  fi
done
