# SPDX-License-Identifier: Apache-2.0
# Real guests for demo, tests and bench: a directory tree becomes an ext4 file system in a disk image, by
# sfdisk, mke2fs and qemu-img. Everything follows from the names given: a second run makes the same bytes.

export E2FSPROGS_FAKE_TIME=1700000000
export PATH=$PATH:/usr/sbin:/sbin # where Debian keeps mke2fs and sfdisk, which work without being root
IMAGES_PARTITION_OFFSET=$((1 << 20)) # where a disk's only partition begins

# uuid_of TEXT: a UUID that is always the same for the same text, shaped like a random one.
uuid_of() {
  local digits
  digits=$(printf '%s' "$1" | md5sum)
  printf '%s-%s-4%s-a%s-%s\n' "${digits:0:8}" "${digits:8:4}" "${digits:13:3}" "${digits:17:3}" "${digits:20:12}"
}

# machine_id_of TEXT: the same as the 32 digits of a machine ID.
machine_id_of() {
  local uuid
  uuid=$(uuid_of "machine-id $1")
  printf '%s\n' "${uuid//-/}"
}

# tree_new FOLDER HOSTNAME MACHINE_ID: a Debian-like root, its D-Bus ID a copy of its machine ID as on Debian. Its
# host name is the NAME for disk_new() too.
tree_new() {
  local root=$1 hostname=$2 machine_id=$3
  mkdir -p "$root"/{boot,dev,etc/ssh,home,proc,root,run,sys,tmp,usr/{bin,lib,sbin},var/{lib/dbus,log}}
  ln -s usr/bin usr/lib usr/sbin "$root/"
  install -m 0755 /dev/null "$root/usr/bin/bash"
  printf '%s\n' "$hostname" >"$root/etc/hostname"
  printf '%s\n' "$machine_id" >"$root/etc/machine-id"
  cp "$root/etc/machine-id" "$root/var/lib/dbus/machine-id"
  printf '12.11\n' >"$root/etc/debian_version"
  ln -s ../usr/lib/os-release "$root/etc/os-release"
  printf 'PRETTY_NAME="%s"\nNAME="%s"\nVERSION_ID="12"\nID=debian\n' \
    'Debian GNU/Linux 12 (bookworm)' 'Debian GNU/Linux' >"$root/usr/lib/os-release"
  printf 'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
  printf 'UUID=%s / ext4 errors=remount-ro 0 1\n' "$(uuid_of "file system of $hostname")" >"$root/etc/fstab"
}

# ext4_into IMAGE OFFSET TREE NAME: a file system in the rest of the image, from a byte offset on.
ext4_into() {
  local image=$1 offset=$2 tree=$3 uuid room
  uuid=$(uuid_of "file system of $4")
  room=$((($(stat -c %s "$image") - offset) / 1024 - 1024)) # a GPT keeps its copy at the end
  find "$tree" -exec touch -h -d "@$E2FSPROGS_FAKE_TIME" {} +
  mke2fs -q -F -t ext4 -T default -U "$uuid" -E "offset=$offset,hash_seed=$uuid,root_owner=0:0" \
    -d "$tree" "$image" "${room}k"
}

# disk_new LABEL IMAGE TREE NAME [SIZE_MIB]: a raw disk with a "gpt" or "dos" table and one partition, or
# with label "none" a file system without a table.
disk_new() {
  local label=$1 image=$2 tree=$3 name=$4 size_mib=${5:-32} id
  rm -f "$image"
  truncate -s "${size_mib}M" "$image"
  if [ "$label" = none ]; then
    ext4_into "$image" 0 "$tree" "$name"
    return
  fi
  id=$(uuid_of "disk $name")
  [ "$label" = gpt ] || id=0x${id:0:8}
  printf 'label: %s\nlabel-id: %s\nstart=2048, type=linux%s\n' "$label" "$id" \
    "$([ "$label" != gpt ] || printf ', uuid=%s' "$(uuid_of "partition of $name")")" | sfdisk -q "$image"
  ext4_into "$image" "$IMAGES_PARTITION_OFFSET" "$tree" "$name"
}

# disk_read IMAGE PATH: a file inside the partition of a raw disk, as debugfs reads it.
disk_read() {
  debugfs -R "cat $2" "$1?offset=$IMAGES_PARTITION_OFFSET" 2>/dev/null
}

# disk_write IMAGE PATH TEXT: replace that file. debugfs never fails, so read back what it did.
disk_write() {
  local image=$1 path=$2 text=$3 file
  file=$(mktemp)
  printf '%s\n' "$text" >"$file"
  debugfs -w -f - "$image?offset=$IMAGES_PARTITION_OFFSET" >/dev/null 2>&1 <<EOF
rm $path
write $file $path
set_inode_field $path mode 0100644
set_inode_field $path uid 0
set_inode_field $path gid 0
EOF
  rm -f "$file"
  [ "$(disk_read "$image" "$path")" = "$text" ]
}

# qcow2_from RAW IMAGE [OPTION…]: a qcow2 image with the content of a raw one; options are qemu-img's.
qcow2_from() {
  qemu-img convert -f raw -O qcow2 "${@:3}" "$1" "$2"
}

# overlay_new BASE IMAGE: an empty qcow2 overlay over a qcow2 base.
overlay_new() {
  qemu-img create -q -f qcow2 -b "$1" -F qcow2 "$2"
}

# overlay_of_changes BASE BASE_RAW CHANGED_RAW IMAGE: an overlay that holds just the clusters by which two raw
# disks differ; BASE_RAW is the content of BASE.
overlay_of_changes() {
  local base=$1 base_raw=$2 changed=$3 overlay=$4 cluster=65536 number folder
  local -a commands=()
  overlay_new "$base" "$overlay"
  folder=$(mktemp -d)
  while read -r number; do
    dd if="$changed" of="$folder/$number" bs=$cluster skip="$number" count=1 status=none
    commands+=(-c "write -q -s $folder/$number $((number * cluster)) $cluster")
  done < <({ cmp -l "$base_raw" "$changed" || true; } | awk -v size=$cluster '
    { number = int(($1 - 1) / size) }
    number != last || NR == 1 { print number; last = number }')
  qemu-io -f qcow2 "${commands[@]}" "$overlay"
  rm -rf "$folder"
}
