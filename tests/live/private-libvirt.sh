# SPDX-License-Identifier: Apache-2.0
# A libvirt that only this story sees: libvirtd as root in namespaces of its own, with its own /etc, /run and
# /var. Whatever it starts ends with the story. Source this first; the story begins anew inside.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/story.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../lib/images.sh"

# What the machine's own libvirt has; it must be the same before and after.
machine_libvirt() {
  find /etc/libvirt /run/libvirt /var/lib/libvirt /var/cache/libvirt /var/log/libvirt -printf '%p %i %y\n' 2>/dev/null |
    sort || true
}

enter_namespaces() {
  local status=0
  requires_root
  requires unshare libvirtd virsh qemu-system-x86_64 qemu-img mke2fs sfdisk debugfs
  unshare --mount --net true 2>/dev/null || skip 'needs to make mount and network namespaces'
  machine_libvirt >"$work/machine-before"
  STORY_FOLDER=$work unshare --mount --pid --fork --kill-child --mount-proc --net bash "$0" || status=$?
  machine_libvirt | diff -u "$work/machine-before" - || fail "the machine's own libvirt was touched"
  exit "$status"
}

hide_machine() {
  local folder
  cp -a /etc "$work/etc"
  printf 'libvirt-qemu:x:64055:64055::/nonexistent:/usr/sbin/nologin\n' >>"$work/etc/passwd"
  printf 'libvirt-qemu:x:64055:\n' >>"$work/etc/group"
  rm -rf "$work/etc/libvirt"
  mkdir -p "$work/etc/libvirt"
  cat >"$work/etc/libvirt/libvirtd.conf" <<EOF
auth_unix_ro = "none"
auth_unix_rw = "none"
host_uuid = "$(uuid_of host)"
EOF
  cat >"$work/etc/libvirt/qemu.conf" <<EOF
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
cgroup_controllers = []
namespaces = []
stdio_handler = "file"
EOF
  mount --bind "$work/etc" /etc
  for folder in /run /var/lib /var/cache /var/log; do
    mount -t tmpfs private "$folder"
  done
}

libvirtd_options=()

# libvirtd_start: a daemon for qemu:///system and lxc:///system.
libvirtd_start() {
  libvirtd "${libvirtd_options[@]}" >"$work/libvirtd.log" 2>&1 &
  libvirtd_pid=$!
  for _ in $(seq 100); do
    if virsh -q -c qemu:///system version >/dev/null 2>&1; then
      return
    fi
    sleep 0.1
  done
  cat "$work/libvirtd.log" >&2
  fail 'libvirtd does not answer'
}

libvirtd_stop() {
  kill "$libvirtd_pid"
  wait "$libvirtd_pid" || true
}

# domain_define NAME XML_OF_DEVICES [MORE_XML [XML_OF_OS MEMORY_MIB]]: a small domain for TCG, shut off.
domain_define() {
  cat >"$work/$1.xml" <<EOF
<domain type='qemu'>
  <name>$1</name>
  <uuid>$(uuid_of "domain $1")</uuid>
  <memory unit='MiB'>${5:-64}</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type>${4:-}</os>
  ${3:-}
  <devices>
    <emulator>$(command -v qemu-system-x86_64)</emulator>
    $2
  </devices>
</domain>
EOF
  virsh -q -c qemu:///system define "$work/$1.xml" >/dev/null
}

# disk_xml FORMAT PATH [TARGET]
disk_xml() {
  cat <<EOF
<disk type='file' device='disk'>
  <driver name='qemu' type='$1'/><source file='$2'/><target dev='${3:-vda}' bus='virtio'/>
</disk>
EOF
}

if [ -z "${STORY_FOLDER:-}" ]; then
  enter_namespaces
fi
hide_machine
