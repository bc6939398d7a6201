#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Images that name other files and hosts: nothing they name is opened, connected to or read. The witness is strace.
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/images.sh"
. "$(dirname "$0")/../lib/node.sh"
requires strace qemu-img mke2fs sfdisk debugfs jq
strace -o "$work/trial" true 2>/dev/null || skip 'needs to trace processes'

disks=$work/disks
canary=$work/elsewhere/canary.raw
mkdir -p "$disks" "$work/elsewhere"
tree_new "$work/canary-tree" canary "$(machine_id_of canary)"
disk_new none "$canary" "$work/canary-tree" canary
mkfifo "$disks/fifo"

names=()
# hostile NAME FORMAT: $disks/NAME is an image of that declared format.
hostile() {
  names+=("$1:$2")
}

# backed NAME BACKING FORMAT: a qcow2 image whose header names that backing file, whatever it is.
backed() {
  qemu-img create -q -u -f qcow2 -b "$2" -F "$3" "$disks/$1" 32M
  hostile "$1" qcow2
}

# forget_backing_format IMAGE: make the header extension that holds it one that nobody knows; qemu-img always
# writes it, as the first one after a version 3 header.
forget_backing_format() {
  expect_equal 'the first extension' 'e2792aca' "$(od -An -tx1 -j112 -N4 "$1" | tr -d ' ')"
  printf 'VLDG' | dd of="$1" bs=1 seek=112 conv=notrunc status=none
}

# A raw disk whose first bytes are a qcow2 header that names the canary.
tree_new "$work/tree" upload "$(machine_id_of upload)"
disk_new dos "$disks/header-in-raw" "$work/tree" upload
{
  printf 'QFI\373\0\0\0\2\0\0\0\0\0\0\0\110\0\0\0\%03o\0\0\0\20' "${#canary}"
  head -c 48 /dev/zero
  printf '%s' "$canary"
} | dd of="$disks/header-in-raw" conv=notrunc status=none
hostile header-in-raw raw

backed outside "$canary" raw
backed outside-relative ../elsewhere/canary.raw raw
backed without-format "$canary" raw
forget_backing_format "$disks/without-format"
backed json "json:{\"driver\":\"raw\",\"file\":{\"driver\":\"file\",\"filename\":\"$canary\"}}" raw
backed file-protocol "file:$canary" raw
backed nbd-socket "nbd:unix:$work/nbd.sock" raw
backed nbd-host nbd://127.0.0.1:10809/x raw
backed http http://127.0.0.1:1/x raw
backed ssh ssh://127.0.0.1/x raw
backed on-fifo "$disks/fifo" raw
backed on-folder "$work/elsewhere" raw
backed on-device /dev/zero raw
backed loop-1 "$disks/loop-2" qcow2
backed loop-2 "$disks/loop-1" qcow2
qemu-img create -q -f qcow2 -o "data_file=$disks/data,data_file_raw=on" "$disks/data-file" 32M
rm "$disks/data"
ln -s "$canary" "$disks/data"
hostile data-file qcow2
ln -s "$disks/fifo" "$disks/link-to-fifo"
hostile link-to-fifo raw
hostile fifo raw

domains() {
  local entry
  for entry in "${names[@]}"; do
    node_domain "${entry%:*}-${entry#*:}" "${entry#*:}" "$disks/${entry%:*}"
  done
}

# LeakSanitizer traces its own process, which strace does already.
export ASAN_OPTIONS=detect_leaks=0

# watch NAME: collect from NAME.xml into NAME.facts, its calls into NAME.calls.
watch() {
  timeout 120 strace -f -y -qq -o "$work/$1.calls" -e trace=open,openat,openat2,connect,execve \
    "$virt_ledger" collect -c "test://$work/$1.xml" >"$work/$1.facts" 2>"$work/err" || [ $? -eq 3 ] ||
    fail "collect: $(cat "$work/err")"
}

# connections NAME: whom it connected to.
connections() {
  sed -nE 's/.*connect\([^{]*(\{.*\}), .*/\1/p' "$work/$1.calls" | sort -u
}

# Without any image libvirt may look up the host's own name; with them nobody connects to anything else.
echo '<node/>' >"$work/none.xml"
watch none
printf '<node>\n%s\n</node>\n' "$(domains)" >"$work/hostile.xml"
watch hostile
connected=$(comm -13 <(connections none) <(connections hostile))
[ -z "$connected" ] || fail "connected: $connected"

facts=$work/hostile.facts
calls=$work/hostile.calls
expect_equal 'the stream ends with' complete "$(jq -r 'select(.kind == "end").status' "$facts")"
expect_equal 'domains' "${#names[@]}" "$(jq -r 'select(.kind == "domain").name' "$facts" | wc -l)"
grep -q "$disks/header-in-raw" "$calls" || fail 'strace saw nothing'
opened=$(grep -E '^[0-9]+ +open' "$calls" | grep -E 'elsewhere|disks/data"|/fifo|/dev/zero' | grep -v O_PATH || true)
[ -z "$opened" ] || fail "opened: $opened"
! grep -q "$(machine_id_of canary)" "$facts" || fail 'the canary was read'

# The raw disk stays raw: what its first bytes claim is a fact, and no reason to read it as anything else.
expect_equal 'the raw disk' 'format-mismatch raw qcow2' "$(jq -r "select(.kind == \"image\" and
  .path == \"$disks/header-in-raw\") | .status + \" \" + .format + \" \" + .magic_format" "$facts")"
expect_equal 'guests that were read' '' "$(jq -r 'select(.kind == "guest" and .status == "ok").domain' "$facts")"
