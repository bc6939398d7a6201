#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# guest-keys: what all collectors cost beside one that reads the machine ID alone, over shut-off guests of
# libvirt's test driver; and a guest that has 10,000 keys in 100 files, read in one process. All in the page cache.
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/images.sh"
. "$(dirname "$0")/../lib/node.sh"
. "$(dirname "$0")/bench.sh"
requires qemu-img mke2fs sfdisk ssh-keygen

guests=${BENCH_GUESTS:-200}
turns=${BENCH_TURNS:-7}
users=100
keys_of_user=100

# A root like a small Debian: its directories, its sshd, two users with a key each, and what cloud-init left.
make_root() {
  local tree=$1 name=$2 number instance
  tree_new "$tree" "$name" "$(machine_id_of "$name")"
  for number in $(seq 150); do
    printf 'setting=%d\n' "$number" >"$tree/etc/package-$number.conf"
    mkdir "$tree/usr/lib/package-$number"
  done
  mkdir -p "$tree"/etc/ssh/sshd_config.d "$tree"/root/.ssh "$tree"/home/debian/.ssh
  printf '%s\n' 'Include /etc/ssh/sshd_config.d/*.conf' 'KbdInteractiveAuthentication no' 'UsePAM yes' \
    'X11Forwarding yes' 'PrintMotd no' 'AcceptEnv LANG LC_*' \
    'Subsystem sftp /usr/lib/openssh/sftp-server' >"$tree/etc/ssh/sshd_config"
  echo 'PasswordAuthentication no' >"$tree/etc/ssh/sshd_config.d/50-cloud-init.conf"
  : >"$tree/usr/sbin/sshd"
  ssh-keygen -A -f "$tree" >/dev/null
  ssh-keygen -q -t ed25519 -N '' -C admin@example -f "$work/admin-$name"
  cp "$work/admin-$name.pub" "$tree/root/.ssh/authorized_keys"
  cp "$work/admin-$name.pub" "$tree/home/debian/.ssh/authorized_keys"
  echo 'debian:x:1000:1000::/home/debian:/bin/bash' >>"$tree/etc/passwd"
  printf 'root:x:0:\ndebian:x:1000:\n' >"$tree/etc/group"
  printf 'root:*:19000:0:99999:7:::\ndebian:!:19000:0:99999:7:::\n' >"$tree/etc/shadow"
  instance=$tree/var/lib/cloud/instances/i-$name
  mkdir -p "$tree"/etc/cloud/cloud.cfg.d "$tree/var/lib/cloud/data" "$instance"
  printf 'users: [default]\ndisable_root: true\npreserve_hostname: false\n' >"$tree/etc/cloud/cloud.cfg"
  printf '#cloud-config\nhostname: %s\n' "$name" >"$instance/user-data.txt"
  echo "i-$name" | tee "$tree/var/lib/cloud/data/instance-id" >"$tree/var/lib/cloud/data/previous-instance-id"
  echo '{"v1": {"datasource": "NoCloud", "errors": []}}' | tee "$tree/var/lib/cloud/data/result.json" >"$work/ignored"
  ln -s "instances/i-$name" "$tree/var/lib/cloud/instance"
}

# Domains with a disk each, of ten different systems.
make_guests() {
  local number
  for number in $(seq 10); do
    make_root "$work/tree-$number" "guest-$number"
    disk_new gpt "$work/guest-$number.raw" "$work/tree-$number" "guest-$number" 64
    qcow2_from "$work/guest-$number.raw" "$work/guest-$number.qcow2"
  done
  {
    echo '<node>'
    for number in $(seq "$guests"); do
      node_domain "guest-$number" qcow2 "$work/guest-$((1 + number % 10)).qcow2"
    done
    echo '</node>'
  } >"$work/node.xml"
}

# 100 users with 100 keys each, no key twice: another number instead of one of the real key.
make_crowd() {
  local tree=$work/crowd number folder
  make_root "$tree" crowd
  for number in $(seq "$users"); do
    folder=$tree/home/user-$number/.ssh
    mkdir -p "$folder"
    awk -v user="$number" -v keys="$keys_of_user" 'NR == 1 { for (key = 0; key < keys; key++)
      printf "%s %s%04d%03d%s user-%d-%d@example\n", $1, substr($2, 1, 40), user, key, substr($2, 48), user, key }' \
      "$work/admin-crowd.pub" >"$folder/authorized_keys"
    printf 'user-%d:x:%d:%d::/home/user-%d:/bin/bash\n' "$number" $((2000 + number)) $((2000 + number)) "$number" \
      >>"$tree/etc/passwd"
    chown -R $((2000 + number)) "$tree/home/user-$number" 2>/dev/null || true
    echo "/home/user-$number/.ssh/authorized_keys" >>"$work/files"
  done
  disk_new gpt "$work/crowd.raw" "$tree" crowd 64
}

# time_of_contestant FILE NAME: microseconds per guest.
time_of_contestant() {
  awk -v name="$2" '$1 == name { print $2 }' "$work/$1"
}

make_guests
make_crowd
machine_id_alone_new
for turn in $(seq 0 "$turns"); do
  [ "$turn" -ne 1 ] || bench_times=() # the first turn warmed the cache
  measure all "$virt_ledger" collect -c "test://$work/node.xml"
  measure machine-id "$machine_id_alone" collect -c "test://$work/node.xml"
done
"$BUILD/tests/bench-collectors" 15 "$work/files" "$work/crowd" >"$work/tree"
"$BUILD/tests/bench-collectors" 15 "$work/files" "$work/crowd.raw" >"$work/image"

all=$(ratio "$(median_of all)" "$guests")
table_head "guest-keys: $guests shut-off guests with qcow2 and ext4, median of $turns"
table_row 'virt-ledger collect' "$(median_of all)" "$guests" "$all"
table_row 'virt-ledger collect, machine ID alone' "$(median_of machine-id)" "$guests" "$all"
verdict 'all collectors / machine ID alone' "$(ratio "$(median_of all)" "$(median_of machine-id)")" '<=' 1.5
for road in tree image; do
  ssh=$(time_of_contestant $road ssh)
  table_head "guest-keys: $((users * keys_of_user)) keys in $users files of one guest, from $road, CPU time"
  table_row 'all collectors' "$(time_of_contestant $road all)" 1 "$ssh"
  table_row '  of which SSH' "$ssh" 1 "$ssh"
  table_row 'the bare reads of the files' "$(time_of_contestant $road reads)" 1 "$ssh"
  verdict 'all collectors, ms' "$(ratio "$(time_of_contestant $road all)" 1000)" '<=' 50
done
