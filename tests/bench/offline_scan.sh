#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# offline-scan: who reads 500 shut-off guests fastest? qcow2 overlays over one base with ext4, served by
# libvirt's test driver, all in the page cache.
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/images.sh"
. "$(dirname "$0")/../lib/node.sh"
. "$(dirname "$0")/bench.sh"
requires qemu-img qemu-io mke2fs sfdisk debugfs strace

guests=${BENCH_GUESTS:-500}
turns=${BENCH_TURNS:-7}
base=$work/base.qcow2

# A root whose directories are as long as those of a small Debian.
make_base() {
  local tree=$work/tree number
  tree_new "$tree" base "$(machine_id_of base)"
  for number in $(seq 150); do
    printf 'setting=%d\n' "$number" >"$tree/etc/package-$number.conf"
    mkdir "$tree/usr/lib/package-$number"
  done
  disk_new gpt "$work/base.raw" "$tree" base 64
  qcow2_from "$work/base.raw" "$base"
}

# Where the first byte of a file of the base lies on its disk.
byte_of() {
  local block
  block=$(debugfs -R "bmap $1 0" "$work/base.raw?offset=$IMAGES_PARTITION_OFFSET" 2>/dev/null)
  echo $((IMAGES_PARTITION_OFFSET + block * 4096))
}

# Each overlay has its own clusters with its own two IDs.
make_overlays() {
  local machine_id dbus_machine_id number overlay
  machine_id=$(byte_of /etc/machine-id)
  dbus_machine_id=$(byte_of /var/lib/dbus/machine-id)
  for number in $(seq "$guests"); do
    overlay=$work/guest-$number.qcow2
    machine_id_of "guest-$number" >"$work/id"
    overlay_new "$base" "$overlay"
    qemu-io -f qcow2 -c "write -q -s $work/id $machine_id 33" -c "write -q -s $work/id $dbus_machine_id 33" "$overlay"
  done
}

# node_of COUNT: a node file with the first COUNT guests.
node_of() {
  local number
  echo '<node>'
  for number in $(seq "$1"); do
    node_domain "guest-$number" qcow2 "$work/guest-$number.qcow2"
  done
  echo '</node>'
}

# The floor's recording: what our own reading of one guest asks of its two files, each request once. It ends
# with the reader's answer: what comes later is the base read for itself, which a fleet pays once.
record_reads() {
  node_of 1 >"$work/one.xml"
  strace -f -y -qq -o "$work/trace" -e trace=pread64,sendmsg "$virt_ledger" collect -c "test://$work/one.xml" >/dev/null
  awk -v folder="$work/" '/pread64/ && !collector { collector = $1 }
       /sendmsg/ && $1 != collector && reads[$1] { exit }
       /pread64/ && index($0, folder) { reads[$1]++; print }' "$work/trace" >"$work/calls"
  sed -nE -e "s#.*pread64\([0-9]+<$work/guest-1.qcow2>, .*, ([0-9]+), ([0-9]+)\) += [0-9]+\$#0 \2 \1#p" \
    -e "s#.*pread64\([0-9]+<$base>, .*, ([0-9]+), ([0-9]+)\) += [0-9]+\$#1 \2 \1#p" "$work/calls" |
    awk '!seen[$0]++' >"$work/recording"
  [ -s "$work/recording" ] || fail 'strace recorded no reads'
}

# guestfish_of COUNT: one appliance that reads the machine IDs of that many guests.
guestfish_of() {
  local number letters=abcdefghijklmnopqrst
  local -a arguments=()
  for number in $(seq "$1"); do
    arguments+=(--format=qcow2 -a "$work/guest-$number.qcow2")
  done
  {
    echo run
    for number in $(seq "$1"); do
      printf 'mount-ro %s /\ncat /etc/machine-id\numount /\n' "/dev/sd${letters:number - 1:1}1"
    done
  } | guestfish --ro "${arguments[@]}"
}

# libguestfs_works: as the machine accelerates it, or else emulated; says which in $acceleration.
libguestfs_works() {
  export LIBGUESTFS_BACKEND=direct LIBGUESTFS_BACKEND_SETTINGS
  for LIBGUESTFS_BACKEND_SETTINGS in '' force_tcg; do
    if virt-cat -a "$work/guest-1.qcow2" /etc/machine-id >/dev/null 2>"$work/virt-cat.err"; then
      acceleration=${LIBGUESTFS_BACKEND_SETTINGS:+ (TCG)}
      return
    fi
  done
  return 1
}

# What libguestfs costs a guest: a virt-cat each, and the margin of one appliance over 20 disks.
measure_libguestfs() {
  local number
  if ! command -v virt-cat >/dev/null; then
    echo 'skipped: virt-cat and guestfish: libguestfs-tools is not installed'
    return
  fi
  if ! libguestfs_works; then
    echo "skipped: virt-cat and guestfish: $(grep -m 1 error: "$work/virt-cat.err")"
    return
  fi
  for number in 2 3 4; do
    measure virt-cat virt-cat -a "$work/guest-$number.qcow2" /etc/machine-id
    measure one guestfish_of 1
    measure twenty guestfish_of 20
  done
}

make_base
make_overlays
machine_id_alone_new
node_of "$guests" >"$work/node.xml"
record_reads
uri=test://$work/node.xml
for turn in $(seq 0 "$turns"); do
  [ "$turn" -ne 1 ] || bench_times=() # the first turn warmed the cache
  measure ours "$virt_ledger" collect -c "$uri"
  measure machine-id "$machine_id_alone" collect -c "$uri"
  measure floor "$BUILD/tests/bench-floor" "$uri" "$base" "$work/recording"
  measure bare "$BUILD/tests/bench-bare_list" "$uri"
done
measure_libguestfs

ours=$(ratio "$(median_of ours)" "$guests")
table_head "offline-scan: $guests qcow2 overlays with ext4, $(wc -l <"$work/recording") reads a guest, median of $turns"
table_row 'virt-ledger collect' "$(median_of ours)" "$guests" "$ours"
table_row 'virt-ledger collect, machine ID alone' "$(median_of machine-id)" "$guests" "$ours"
table_row 'floor: list, XML and the reads alone' "$(median_of floor)" "$guests" "$ours"
table_row '  of which list and XML' "$(median_of bare)" "$guests" "$ours"
if [ -n "${bench_times[virt-cat]:-}" ]; then
  margin=$((($(median_of twenty) - $(median_of one)) * 20 / 19))
  table_row "virt-cat, one per guest$acceleration" "$(median_of virt-cat)" 1 "$ours"
  table_row "guestfish, 20 disks, marginal cost$acceleration" "$margin" 20 "$ours"
  verdict 'virt-cat / virt-ledger' "$(ratio "$(median_of virt-cat)" "$ours")" '>=' 1000
fi
verdict 'all collectors / machine ID alone' "$(ratio "$(median_of ours)" "$(median_of machine-id)")" '<=' 1.5
verdict 'virt-ledger / floor' "$(ratio "$(median_of ours)" "$(median_of floor)")" '<=' 3
