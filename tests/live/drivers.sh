#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every driver that this libvirt has answers `collect`; one that it lacks, a daemon that is not there and a URI
# that is none are streams that say so.
. "$(dirname "$0")/private-libvirt.sh"
requires jq

# collect URI: its stream in $work/facts, whatever the exit status says of it.
collect() {
  timeout 60 "$virt_ledger" collect -c "$1" >"$work/facts" 2>"$work/err" || [ $? -ne 124 ] || fail "$1 takes too long"
}

# end_of URI: the status that its stream ends with.
end_of() {
  collect "$1"
  jq -r 'select(.kind == "end").status' "$work/facts"
}

# domains_of URI: the names in its stream.
domains_of() {
  collect "$1"
  jq -r 'select(.kind == "domain").name' "$work/facts" | sort | paste -sd ' '
}

expect_equal 'without a daemon' refused "$(end_of qemu:///system)"
expect_equal 'no URI' bad-uri "$(end_of '://')"
expect_equal 'a host that refuses' refused "$(end_of qemu+tcp://127.0.0.1:1/system)"

tree_new "$work/tree" guest "$(machine_id_of guest)"
disk_new none "$work/guest.raw" "$work/tree" guest

# A daemon must be asked to know which drivers there are.
libvirtd_start
expect_equal 'a driver that libvirt lacks' driver-unavailable "$(end_of xen:///system)"
expect_equal 'no driver of libvirt' driver-unavailable "$(end_of nonsense:///system)"

domain_define guest "$(disk_xml raw "$work/guest.raw")"
expect_equal qemu:///system complete "$(end_of qemu:///system)"
expect_equal qemu:///system guest "$(domains_of qemu:///system)"

cat >"$work/container.xml" <<EOF
<domain type='lxc'>
  <name>container</name><memory unit='MiB'>64</memory><os><type>exe</type><init>/bin/sh</init></os>
  <devices>
    <emulator>/usr/lib/libvirt/libvirt_lxc</emulator>
    <filesystem type='mount'><source dir='$work/tree'/><target dir='/'/></filesystem>
  </devices>
</domain>
EOF
virsh -q -c lxc:///system define "$work/container.xml" >/dev/null
expect_equal lxc:///system complete "$(end_of lxc:///system)"
expect_equal lxc:///system container "$(domains_of lxc:///system)"
libvirtd_stop

# The embedded driver keeps its domains under a root of its own.
mkdir -p "$work/embed"
sed 's/guest/embedded/' "$work/guest.xml" >"$work/embedded.xml"
virsh -q -c "qemu:///embed?root=$work/embed" define "$work/embedded.xml" >/dev/null
expect_equal qemu:///embed complete "$(end_of "qemu:///embed?root=$work/embed")"

# A session is a libvirtd of a user's own, which libvirt starts; for root it would be the system's.
mkdir -p "$work/session" "$work/build"
chmod 0711 "$work"
chown nobody: "$work/session"
mount --bind "$BUILD" "$work/build"
virt_ledger=$work/session/virt-ledger
cat >"$work/session/as-nobody" <<EOF
#!/bin/sh
exec setpriv --reuid nobody --regid nogroup --clear-groups env HOME=$work/session XDG_RUNTIME_DIR=$work/session \
  XDG_CONFIG_HOME=$work/session XDG_CACHE_HOME=$work/session "\$@"
EOF
cat >"$virt_ledger" <<EOF
#!/bin/sh
exec $work/session/as-nobody $work/build/virt-ledger "\$@"
EOF
chmod 0755 "$virt_ledger" "$work/session/as-nobody"
cp "$work/guest.xml" "$work/session/guest.xml"
"$work/session/as-nobody" virsh -q -c qemu:///session define "$work/session/guest.xml" >/dev/null
expect_equal qemu:///session complete "$(end_of qemu:///session)"
expect_equal qemu:///session guest "$(domains_of qemu:///session)"

expect_equal test:///default complete "$(end_of test:///default)"
expect_equal test:///default test "$(domains_of test:///default)"
