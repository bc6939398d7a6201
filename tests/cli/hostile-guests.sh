#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guests that say as much as they can, or make as much work as they can: each is read before the reader's time is up,
# and what was left out of it is named.
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/images.sh"
requires jq ssh-keygen

# guest NAME: a root with an sshd, in $root.
guest() {
  root=$work/$1
  tree_new "$root" "$1" "$(machine_id_of "$1")"
  install -m 755 /dev/null "$root/usr/sbin/sshd"
  install -m 755 /dev/null "$root/usr/bin/bash"
  echo 'root:x:0:' >"$root/etc/group"
  : >"$root/etc/ssh/sshd_config"
}

# many COUNT FORMAT: a line for each number from 0 on, which stands for every %d of the format.
many() {
  awk -v count="$1" -v format="$2" 'BEGIN {
    for (i = 0; i < count; i++) {
      line = format
      gsub(/%d/, i, line)
      print line
    }
  }'
}

# collect: read $root, into the ledger too; $facts is what it says of the guest.
facts=$work/facts
collect() {
  expect_status 0 "$virt_ledger" collect --root "$root"
  cp "$work/out" "$work/stream"
  jq -c 'select(.kind == "guest")' "$work/stream" >"$facts"
  expect_equal "$root: how it was read" ok "$(jq -r .status "$facts")"
  rm -f "$VIRT_LEDGER"*
  expect_status 3 "$virt_ledger" ingest "$work/stream"
  expect_status 0 "$virt_ledger" db check
}

# expect_fact EXPECTED JQ: of the guest's root.
expect_fact() {
  expect_equal "$root: $2" "$1" "$(jq -r ".roots[0] | $2" "$facts")"
}

# expect_truncated SOURCE: it is said for everybody that this was not read to its end.
expect_truncated() {
  expect_fact truncated ".key_sources[] | select(.user == \"\" and .source == \"$1\").state"
  expect_fact true '.marks | split(" ") | contains(["truncated"])'
}

ssh-keygen -q -t ed25519 -N '' -C '' -f "$work/key"
public=$(sed 's/ *$//' "$work/key.pub")

# As many keys as are kept, each with options and a comment.
guest keys
mkdir "$root/etc/ssh/keys"
options='from="10.0.0.0/8",no-pty,command="/usr/local/bin/run'
for file in $(seq 0 99); do
  many 100 "$options $file.%d\" $public a job of somebody@host.example.org for the backup of file $file.%d" \
    >"$root/etc/ssh/keys/$file"
done
echo "AuthorizedKeysFile $(many 100 /etc/ssh/keys/%d | paste -sd ' ')" >"$root/etc/ssh/sshd_config"
collect
expect_fact 10000 '.authorized_keys | length'

# Homes that take six bytes of JSON for each of theirs.
guest homes
control=$(printf '%04000d' 0 | tr 0 '\1')
many 240 "u%d:x:1%d:1::/$control:/bin/bash" >"$root/etc/passwd"
collect
expect_fact 240 '.accounts | length'

# Users without number, held against patterns that nearly match.
guest patterns
many 30000 'u%d:x:1%d:1::/:/bin/bash' >"$root/etc/passwd"
list=$(many 3000 '*x*y' | paste -sd ' ')
many 60 "DenyUsers $list" >"$root/etc/ssh/sshd_config"
collect
expect_truncated /etc/passwd
expect_truncated /etc/ssh/sshd_config
expect_fact '["unknown"]' '[.accounts[].login] | unique | tostring'

# A user of many groups, held against patterns of groups.
guest groups
many 100 'u%d:x:1%d:1::/:/bin/bash' >"$root/etc/passwd"
many 40000 'g%d:x:%d:u1,u2,u3' >"$root/etc/group"
{
  many 60 "DenyGroups $list"
  echo "Match Group ${list// /,}"
} >"$root/etc/ssh/sshd_config"
collect
expect_truncated /etc/ssh/sshd_config

# A rule for each user.
guest rules
many 10000 'u%d:x:1%d:1::/:/bin/bash' >"$root/etc/passwd"
many 4900 $'Match User u%d,*x*\n  PermitTTY no' >"$root/etc/ssh/sshd_config"
collect

# A file of revoked keys for each user.
guest revoked
many 1000 'u%d:x:1%d:1::/:/bin/bash' >"$root/etc/passwd"
many 10000 "$public" >"$root/revoked"
(cd "$root" && mkdir $(seq 0 999))
many 1000 $'Match User u%d\n  RevokedKeys /%d/../revoked' >"$root/etc/ssh/sshd_config"
collect
expect_fact 984 '[.key_sources[] | select(.detail == "more such files than are read")] | length'

# Every host key asks whose group that is.
guest host-keys
echo "g:x:$(id -g):$(many 150000 '%d' | paste -sd ,)" >"$root/etc/group"
for number in $(seq 64); do
  install -m 640 "$work/key" "$root/etc/ssh/key$number"
  echo "HostKey /etc/ssh/key$number"
done >"$root/etc/ssh/sshd_config"
collect
expect_fact 64 '.host_keys | length'

# Numbers as strtoul(3) reads them: all of these are root.
guest numbers
printf '%s:/root:/bin/bash\n' 'root:x:0:0:' 'blank:x: 0:0:' 'plus:x:+0:0:' 'zeros:x:000000000000000000000000:0:' \
  'minus:x:-0:0:' >"$root/etc/passwd"
collect
expect_fact 'root blank plus zeros minus' '[.accounts[] | select(.uid == 0).name] | join(" ")'

# Names that only differ in what is no text.
guest names
printf 'a\377:x:1:1::/:/bin/bash\na\376:x:2:1::/:/bin/bash\n' >"$root/etc/passwd"
collect
expect_truncated /etc/passwd

# More sources than are kept.
guest sources
many 5000 'u%d:x:1%d:1::/:/bin/bash' >"$root/etc/passwd"
mkdir "$root/etc/ssh/keys"
echo 'AuthorizedKeysFile /etc/ssh /etc/ssh/keys /etc' >"$root/etc/ssh/sshd_config"
collect
expect_truncated 'other sources'

# Configuration files of cloud-init, each as large as may be.
guest cloud
mkdir -p "$root/etc/cloud/cloud.cfg.d"
echo 'users: [default]' >"$root/etc/cloud/cloud.cfg"
{
  echo 'list:'
  many 45000 '- a%d'
} >"$root/etc/cloud/cloud.cfg.d/0.cfg"
for number in $(seq 250); do
  ln "$root/etc/cloud/cloud.cfg.d/0.cfg" "$root/etc/cloud/cloud.cfg.d/$number.cfg"
done
collect
expect_fact too-large '.cloud_init[0].config_status'
