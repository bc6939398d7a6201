#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What domains tell cloud-init: seeds on CD-ROMs, floppies, disks and partitions, in the system itself, in SMBIOS
# and on the kernel's command line; and that seeds never decide how a guest was read.
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/images.sh"
requires genisoimage virt-install mkfs.vfat mcopy mke2fs sfdisk debugfs jq

node=$work/node.xml
echo '<node>' >"$node"

# domain NAME STATE DISK_XML… : what is in $os and $sysinfo comes with it. State 5 is shut off, 1 runs.
os='' sysinfo=''
domain() {
  local name=$1 state=$2
  shift 2
  cat >>"$node" <<XML
<domain type="test" xmlns:test="http://libvirt.org/schemas/domain/test/1.0">
  <name>$name</name><uuid>$(uuid_of "$name")</uuid><memory unit="MiB">64</memory>$sysinfo
  <os><type arch="x86_64">hvm</type>$os</os>
  <devices>$*</devices><test:runstate>$state</test:runstate>
</domain>
XML
}

# disk DEVICE TARGET IMAGE
disk() {
  echo "<disk type='file' device='$1'><driver name='qemu' type='raw'/><source file='$work/$3'/><target dev='$2'/></disk>"
}

# seed NAME: a folder of NoCloud's files, with a password that nobody may keep.
seed() {
  mkdir -p "$work/$1"
  printf 'instance-id: iid-%s\nlocal-hostname: host-%s\n' "$1" "$1" >"$work/$1/meta-data"
  printf '#cloud-config\npassword: CANARY-%s\nssh_pwauth: true\n' "$1" >"$work/$1/user-data"
}
seed cd
genisoimage -quiet -o "$work/cd.iso" -V cidata -J -R "$work/cd"
seed joliet
genisoimage -quiet -o "$work/joliet.iso" -V CIDATA -J -input-charset utf-8 "$work/joliet"
seed fat
truncate -s 2M "$work/fat.img"
mkfs.vfat -n CIDATA "$work/fat.img" >/dev/null
mcopy -i "$work/fat.img" "$work/fat/meta-data" "$work/fat/user-data" ::
genisoimage -quiet -o "$work/other.iso" -V installer -J -R "$work/cd"
head -c 36000 "$work/cd.iso" >"$work/cut.iso"
# As `virt-install --cloud-init` makes it, which takes it away again once the guest has begun.
seed virtinst
/usr/bin/python3 - "$work/virtinst" <<END
import shutil, sys
sys.path.insert(0, '/usr/share/virt-manager')
from virtinst.install import cloudinit, installerinject
folder = sys.argv[1]
data = cloudinit.CloudInitData()
data.meta_data, data.user_data = folder + '/meta-data', folder + '/user-data'
files = cloudinit.create_files(folder, data)
shutil.move(installerinject.perform_cdrom_injections(files, folder, cloudinit=True), folder + '.iso')
END

# A system that was seeded itself, and has run.
tree_new "$work/plain" plain "$(machine_id_of plain)"
disk_new gpt "$work/plain.raw" "$work/plain" plain
tree_new "$work/inside" inside "$(machine_id_of inside)"
mkdir -p "$work/inside/etc/cloud" "$work/inside/var/lib/cloud/seed"
echo 'users: [default]' >"$work/inside/etc/cloud/cloud.cfg"
cp -r "$work/cd" "$work/inside/var/lib/cloud/seed/nocloud"
disk_new gpt "$work/inside.raw" "$work/inside" inside
truncate -s 8M "$work/blank.raw"

plain=$(disk disk vda plain.raw)
domain cdrom 5 "$plain$(disk cdrom sda cd.iso)"
domain virtinst 5 "$plain$(disk cdrom sda virtinst.iso)"
domain joliet 5 "$plain$(disk cdrom sda joliet.iso)"
domain floppy 5 "$plain$(disk floppy fda fat.img)"
domain disk 5 "$plain$(disk disk vdb fat.img)"
domain running 1 "$plain$(disk cdrom sda cd.iso)"
domain rootless 5 "$(disk disk vda blank.raw)$(disk cdrom sda cd.iso)"
domain diskless 5 "$(disk cdrom sda cd.iso)"
domain several 5 "$(disk disk vda inside.raw)$(disk cdrom sda cd.iso)$(disk floppy fda fat.img)"
domain other 5 "$plain$(disk cdrom sda other.iso)"
domain missing 5 "$plain$(disk cdrom sda nowhere.iso)"
domain cut 5 "$plain$(disk cdrom sda cut.iso)"
sysinfo="<sysinfo type='smbios'><system><entry name='serial'>ds=nocloud;i=iid-serial;s=http://u:CANARY@seeds.example/a/</entry></system></sysinfo>"
os="<smbios mode='sysinfo'/>"
domain serial 5 "$plain"
sysinfo='' os='<kernel>/vmlinuz</kernel><cmdline>quiet ds=nocloud-net;h=web-1</cmdline>'
domain cmdline 5 "$plain"
echo '</node>' >>"$node"

"$virt_ledger" collect -c "test://$node" >"$work/facts" || [ $? -eq 3 ] || fail "collect: $?"
! grep -q CANARY "$work/facts" || fail 'a secret is kept'

# read_as NAME STATUS SEEDS: how the guest was read, and each of its seeds as place=instance-id.
read_as() {
  expect_equal "guest $1" "$2: $3" "$(jq -r --arg uuid "$(uuid_of "$1")" 'select(.kind == "guest" and .domain == $uuid)
    | .status + ": " + ([.seeds[]? | .place + "=" + .instance_id] | join(", "))' "$work/facts")"
}
read_as cdrom ok 'volume sda=iid-cd'
read_as virtinst ok 'volume sda=iid-virtinst'
read_as joliet ok 'volume sda=iid-joliet'
read_as floppy ok 'volume fda=iid-fat'
read_as disk ok 'volume vdb=iid-fat'
expect_equal running 'volume sda=iid-cd' "$(jq -r --arg uuid "$(uuid_of running)" \
  'select(.kind == "guest" and .domain == $uuid and .road == "disk") | .seeds[] | .place + "=" + .instance_id' "$work/facts")"
read_as rootless no-filesystem 'volume sda=iid-cd'
read_as diskless no-disk 'volume sda=iid-cd'
read_as several ok 'directory vda1:/var/lib/cloud/seed/nocloud=iid-cd, volume sda=iid-cd, volume fda=iid-fat'
read_as other ok ''
read_as missing ok ''
read_as cut ok ''

# told NAME FIELD: what the definition of a domain tells.
told() {
  jq -r --arg name "$1" 'select(.kind == "domain" and .name == $name) | .seeds[] | "\(.place) \(.instance_id) \(.hostname) \(.fetched_from)"' "$work/facts"
}
expect_equal serial 'smbios-serial iid-serial null http://seeds.example/a/' "$(told serial)"
expect_equal cmdline 'kernel-cmdline null web-1 null' "$(told cmdline)"

expect_equal 'partition table' "$(uuid_of 'disk plain')" \
  "$(jq -r --arg uuid "$(uuid_of cdrom)" 'select(.kind == "guest" and .domain == $uuid) | .roots[].identities[]
    | select(.kind == "partition-table-id") | .value' "$work/facts")"

# All of it in the ledger, twice: what did not change is not written again.
expect_status 2 "$virt_ledger" scan -c "test://$node"
expect_status 2 "$virt_ledger" scan -c "test://$node"
expect_row '13,0' "SELECT count(*), count(until_scan) FROM seed_fact"
expect_row 0 "SELECT count(until_scan) FROM identity_fact WHERE kind IN ('filesystem-uuid', 'partition-table-id')"
