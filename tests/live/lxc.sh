#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Containers, and directories given by hand: read as what is in them, whatever a hostile root puts in the place of
# its machine ID, and nothing of the host shows up in the facts.
. "$(dirname "$0")/private-libvirt.sh"
requires jq setpriv perl
[ -x /usr/lib/libvirt/libvirt_lxc ] || skip 'needs libvirt_lxc'

secret_id=$(machine_id_of 'the host')
mkdir -p "$work/containers"
chmod 0711 "$work"
printf '%s\n' "$secret_id" >"$work/secret"
chmod 0644 "$work/secret"

# container_define NAME ROOT: a container, shut off, whose users are the host's from 100000 on.
container_define() {
  cat >"$work/$1.xml" <<EOF
<domain type='lxc'>
  <name>$1</name><uuid>$(uuid_of "container $1")</uuid>
  <memory unit='MiB'>64</memory><os><type>exe</type><init>/sbin/init</init></os>
  <idmap><uid start='0' target='100000' count='65536'/><gid start='0' target='100000' count='65536'/></idmap>
  <devices>
    <emulator>/usr/lib/libvirt/libvirt_lxc</emulator>
    <filesystem type='mount'><source dir='$2'/><target dir='/'/></filesystem>
  </devices>
</domain>
EOF
  virsh -q -c lxc:///system define "$work/$1.xml" >/dev/null
}

# container NAME: define one with a root; its machine ID is then the caller's to replace.
container() {
  root=$work/containers/$1
  id=$root/etc/machine-id
  tree_new "$root" "$1" "$(machine_id_of "$1")"
  chown -Rh 100000:100000 "$root"
  container_define "$1" "$root"
}

# guest_of NAME FILTER: what jq makes of the guest that was read of a container.
guest_of() {
  jq -r --arg domain "$(uuid_of "container $1")" \
    'select(.kind == "guest" and .domain == $domain) | '"$2" "$work/facts"
}

# the_id FILTER: of the only root's /etc/machine-id.
the_id() {
  printf '.roots[0].identities[] | select(.path == "/etc/machine-id") | %s' "$1"
}

libvirtd_start

# As it should be: closed to all but the container's own root.
container good
chmod 0700 "$root" "$root/etc"
chmod 0400 "$id"

# Each with something else in the place of its machine ID, and the state that this is.
states='good=valid'
replaced() {
  container "$1"
  states+=" $1=$2"
  rm "$id"
}
replaced absolute-link valid
machine_id_of absolute-link >"$root/etc/moved"
ln -s /etc/moved "$id"
replaced host-link dangling
ln -s "$work/secret" "$id"
replaced link-from-above dangling
ln -s "../../../../../../../..$work/secret" "$id"
replaced root-link dangling
ln -s "/proc/1/root$work/secret" "$id"
replaced dangling dangling
ln -s /run/machine-id "$id"
replaced fifo not-regular
mkfifo "$id"
replaced device not-regular
mknod "$id" c 1 5
replaced socket not-regular
perl -e 'use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un($ARGV[0])) or die' "$id"
replaced sparse malformed
truncate -s 1T "$id"

# Its folders lead outside.
container folders-outside
rm -r "${root:?}/var/lib/dbus" "${root:?}/boot"
mkdir -p "$work/outside"
cp "$work/secret" "$work/outside/machine-id"
ln -s "$work/outside" "$root/var/lib/dbus"
ln -s / "$root/boot"
states+=' folders-outside=valid'

container many-names
mkdir -p "$root/boot/loader/entries"
(cd "$root/boot/loader/entries" && seq 100000 | xargs touch)
states+=' many-names=valid'

mkdir "$work/containers/empty"
container_define empty "$work/containers/empty"
container_define missing "$work/containers/missing"

expect_status 3 timeout 120 "$virt_ledger" collect -c lxc:///system
cp "$work/out" "$work/facts"
for expected in $states; do
  name=${expected%=*}
  expect_equal "the status of $name" 'rootfs ok' "$(guest_of "$name" '.road + " " + .status')"
  expect_equal "the root of $name" / "$(guest_of "$name" '.roots[0].root')"
  expect_equal "the host name of $name" "$name" "$(guest_of "$name" '.roots[0].hostname')"
  expect_equal "the machine ID of $name" "${expected#*=}" "$(guest_of "$name" "$(the_id .state)")"
done
expect_equal 'the ID of good' "$(machine_id_of good)" "$(guest_of good "$(the_id .value)")"
expect_equal 'the ID behind a link' "$(machine_id_of absolute-link)" "$(guest_of absolute-link "$(the_id .value)")"
expect_equal 'the marks of good' null "$(guest_of good '.roots[0].marks')"
expect_equal 'the marks of many names' truncated "$(guest_of many-names '.roots[0].marks')"
expect_equal 'an empty root' no-root "$(guest_of empty .status)"
expect_equal 'a root that is not there' missing "$(guest_of missing .status)"
if grep -F "$secret_id" "$work/facts"; then
  fail "the host's file is among the facts"
fi
libvirtd_stop

# root_facts FILTER: of the only guest of the last `collect --root`.
root_facts() {
  jq -r 'select(.kind == "guest") | '"$1" "$work/out"
}

# By hand, with the host's file systems mounted in it, as in a chroot that is in use.
tree_new "$work/chroot" by-hand "$(machine_id_of by-hand)"
mount -t proc proc "$work/chroot/proc"
mount -t tmpfs tmpfs "$work/chroot/var"
mkdir -p "$work/chroot/var/lib/dbus"
cp "$work/secret" "$work/chroot/var/lib/dbus/machine-id"
expect_status 0 "$virt_ledger" collect --root "$work/chroot"
expect_equal 'a directory' 'ok mount-missing' "$(root_facts '.status + " " + .roots[0].marks')"
expect_equal 'its ID' "$(machine_id_of by-hand)" "$(root_facts "$(the_id .value)")"
expect_equal 'what is mounted in it' unreadable \
  "$(root_facts '.roots[0].identities[] | select(.path == "/var/lib/dbus/machine-id").state')"
umount "$work/chroot/proc" "$work/chroot/var"

# So is a name of its own that the host gives it.
echo the-host >"$work/host-name"
mount --bind "$work/host-name" "$work/chroot/etc/hostname"
expect_status 0 "$virt_ledger" collect --root "$work/chroot"
expect_equal 'a mounted file' 'mount-missing unreadable' \
  "$(root_facts '.roots[0] | .marks + " " + (.identities[] | select(.kind == "hostname").state)')"
umount "$work/chroot/etc/hostname"

# Named twice it is read once, and the name of another is cut that is no text: a ledger takes them.
ln -s chroot "$work/link"
long=$(printf '/\xff%.0s' $(seq 1500))
mkdir -p "$work/$long/etc"
expect_status 3 "$virt_ledger" collect --root "$work/chroot" --root "$work/link" --root "$work/$long"
expect_equal 'directories' 2 "$(jq -r 'select(.kind == "end").domains' "$work/out")"
cp "$work/out" "$work/facts"
"$virt_ledger" ingest "$work/facts" 2>"$work/err" || [ $? -eq 3 ] || fail "refused: $(cat "$work/err")"

# By somebody else than root, who has one wall less: Landlock, or none at all.
mkdir "$work/build" "$work/security"
mount --bind "$BUILD" "$work/build"
mount -t securityfs securityfs "$work/security"
wanted=unreadable
if grep -q landlock "$work/security/lsm"; then
  wanted=ok
fi
setpriv --reuid nobody --regid nogroup --clear-groups env HOME=/nonexistent \
  "$work/build/virt-ledger" collect --root "$work/chroot" >"$work/out" 2>"$work/err" || [ $? -eq 3 ]
expect_equal 'a directory, read by nobody' "$wanted" "$(root_facts .status)"
