#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# demo-fleet.sh FOLDER: make a small fleet of real disk images and FOLDER/node.xml, by which libvirt's own
# test driver serves it: virsh -c test:///ABSOLUTE/FOLDER/node.xml. A fleet that is there already is kept.
set -euo pipefail

source=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/lib/images.sh
. "$source/lib/images.sh"

mkdir -p "$1"
folder=$(cd "$1" && pwd)
stamp="$folder/.made"
made_by=$(cat "$0" "$source/lib/images.sh" <(printf '%s' "$folder") | md5sum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$made_by" ]; then
  exit 0
fi

rm -rf "$folder/images" "$folder/keys" "$folder/node.xml" "$stamp"
mkdir -p "$folder/images" "$folder/keys"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$folder/images"

# tree NAME: a new guest's root in $work/NAME, with an identity of its own.
tree() {
  tree_new "$work/$1" "$1" "$(machine_id_of "$1")"
}

# person NAME: somebody's SSH key, in the folder keys.
person() {
  ssh-keygen -q -t ed25519 -N '' -C "$1@example.org" -f "$folder/keys/$1"
}

# sshd NAME: the guest has an sshd, with a host key of its own.
sshd() {
  install -m 0755 /dev/null "$work/$1/usr/sbin/sshd"
  printf 'UsePAM yes\n' >"$work/$1/etc/ssh/sshd_config"
  ssh-keygen -q -t ed25519 -N '' -C "root@$1" -f "$work/$1/etc/ssh/ssh_host_ed25519_key"
}

# let_in NAME FILE PERSON…: they may log in as root, by a file in its .ssh.
let_in() {
  local file=$work/$1/root/.ssh/$2
  install -d -m 0700 "$work/$1/root/.ssh"
  shift 2
  (cd "$folder/keys" && cat "${@/%/.pub}") >"$file"
  chmod 0600 "$file"
}

# Ana is there; Ben left.
person ana
person ben

# A template that was booted once, so that it has a machine ID and a host key, and three clones that keep both:
# their host names were set. On one of them Ben's key is left, too.
tree debian12
sshd debian12
let_in debian12 authorized_keys ana
disk_new gpt "$work/debian12.raw" "$work/debian12" debian12 64
qcow2_from "$work/debian12.raw" debian12.qcow2 -c -o compression_type=zstd
chmod 0444 debian12.qcow2
for number in 1 2 3; do
  cp --sparse=always "$work/debian12.raw" "$work/web.raw"
  disk_write "$work/web.raw" /etc/hostname "web-$number"
  [ "$number" -ne 3 ] || disk_write "$work/web.raw" /root/.ssh/authorized_keys "$(cat "$folder"/keys/*.pub)"
  overlay_of_changes "$PWD/debian12.qcow2" "$work/debian12.raw" "$work/web.raw" "web-$number.qcow2"
done

# A database server, and a second one made by copying its disk.
tree db-1
disk_new dos db-1.raw "$work/db-1" db-1
cp --sparse=always db-1.raw db-2.raw
disk_write db-2.raw /etc/hostname db-2

# A template as it should be: its ID is empty, and its D-Bus ID a link to it.
tree golden
: >"$work/golden/etc/machine-id"
ln -sf /etc/machine-id "$work/golden/var/lib/dbus/machine-id"
disk_new gpt "$work/golden.raw" "$work/golden" golden
qcow2_from "$work/golden.raw" golden.qcow2

# Healthy guests.
tree dns-1
ln -sf /etc/machine-id "$work/dns-1/var/lib/dbus/machine-id"
disk_new gpt dns-1.raw "$work/dns-1" dns-1
tree router-1
disk_new none "$work/router-1.raw" "$work/router-1" router-1
qcow2_from "$work/router-1.raw" router-1.qcow2

# Only one of the two files was renewed: the guest has two identities. And Ben's key is where nobody looks.
tree mail-1
sshd mail-1
let_in mail-1 authorized_keys ana
let_in mail-1 authorized_keys2 ben
machine_id_of 'mail-1, before it was cloned' >"$work/mail-1/var/lib/dbus/machine-id"
disk_new dos "$work/mail-1.raw" "$work/mail-1" mail-1
qcow2_from "$work/mail-1.raw" mail-1.qcow2

# What `uuidgen > /etc/machine-id` leaves: no machine ID. And Ana's key is there in vain: others could write it.
tree build-1
sshd build-1
let_in build-1 authorized_keys ana
chmod 0666 "$work/build-1/root/.ssh/authorized_keys"
uuid_of build-1 >"$work/build-1/etc/machine-id"
rm "$work/build-1/var/lib/dbus/machine-id"
disk_new none build-1.raw "$work/build-1" build-1

# A raw disk that begins with a qcow2 header, whose backing file would be the host's /etc/shadow.
tree upload-1
disk_new dos upload-1.raw "$work/upload-1" upload-1
{
  printf 'QFI\373\0\0\0\2\0\0\0\0\0\0\0\110\0\0\0\13\0\0\0\20'
  head -c 48 /dev/zero
  printf '/etc/shadow'
} | dd of=upload-1.raw conv=notrunc status=none

# A volume that no domain uses.
qemu-img create -q -f qcow2 forgotten.qcow2 1G

# domain NAME RUNSTATE FORMAT IMAGE [TITLE]: a domain of the node file; libvirt's run states are 1 running, 5 shut off.
number=0
domain() {
  local name=$1 runstate=$2 format=$3 image=$4 title=${5:-}
  number=$((number + 1))
  cat <<EOF
  <domain type="test" xmlns:test="http://libvirt.org/schemas/domain/test/1.0">
    <name>$name</name>
    <uuid>$(uuid_of "domain $name")</uuid>${title:+
    <title>$title</title>}
    <memory unit="MiB">1024</memory>
    <vcpu>2</vcpu>
    <os><type arch="x86_64" machine="q35">hvm</type></os>
    <devices>
      <disk type="file" device="disk">
        <driver name="qemu" type="$format"/>
        <source file="$folder/images/$image"/>
        <target dev="vda" bus="virtio"/>
      </disk>
      <interface type="network">
        <mac address="52:54:00:de:00:$(printf '%02x' $number)"/>
        <source network="default"/>
        <model type="virtio"/>
      </interface>
    </devices>
    <test:runstate>$runstate</test:runstate>
  </domain>
EOF
}

# volume FILE FORMAT: a volume of the pool.
volume() {
  cat <<EOF
    <volume type="file">
      <name>$1</name>
      <capacity>$(qemu-img info -f "$2" "$1" | sed -n 's/.*(\([0-9]*\) bytes).*/\1/p')</capacity>
      <target><path>$folder/images/$1</path><format type="$2"/></target>
    </volume>
EOF
}

node() {
  printf '<node>\n'
  domain debian12 5 qcow2 debian12.qcow2
  domain web-1 5 qcow2 web-1.qcow2
  domain web-2 5 qcow2 web-2.qcow2
  domain web-3 5 qcow2 web-3.qcow2
  domain db-1 5 raw db-1.raw
  domain db-2 5 raw db-2.raw
  domain golden 5 qcow2 golden.qcow2 'Golden template'
  domain dns-1 5 raw dns-1.raw
  domain router-1 1 qcow2 router-1.qcow2
  domain mail-1 5 qcow2 mail-1.qcow2
  domain build-1 5 raw build-1.raw
  domain upload-1 5 raw upload-1.raw
  domain wiki-old 5 qcow2 wiki-old.qcow2
  printf '  <network>\n    <name>default</name>\n    <uuid>%s</uuid>\n' "$(uuid_of network)"
  printf '    <bridge name="virbr0"/>\n  </network>\n'
  printf '  <pool type="dir">\n    <name>images</name>\n    <uuid>%s</uuid>\n' "$(uuid_of pool)"
  printf '    <target><path>%s/images</path></target>\n' "$folder"
  for image in *.raw; do volume "$image" raw; done
  for image in *.qcow2; do volume "$image" qcow2; done
  printf '  </pool>\n</node>\n'
}

node >"$folder/node.xml"
printf '%s\n' "$made_by" >"$stamp"
