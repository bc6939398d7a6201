#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Two machines that are network namespaces: from the near one the far one's hypervisor is scanned through a real
# sshd, by libvirt's own transport and by transport = ssh. Only the latter reads disks, and a changed host key ends both.
. "$(dirname "$0")/private-libvirt.sh"
requires ip nsenter ssh ssh-keygen sshd virt-ssh-helper jq

near=10.99.0.1 far=10.99.0.2 port=2222
keys=$work/keys

# on_far COMMAND…: on the other machine.
on_far() {
  nsenter --net=/run/netns/far "$@"
}

make_machines() {
  ip netns add far
  ip link set lo up
  ip link add to-far type veth peer name to-near netns far
  ip address add $near/24 dev to-far
  ip link set to-far up
  on_far ip address add $far/24 dev to-near
  on_far ip link set to-near up
  on_far ip link set lo up
}

# The user's own ssh is that of root here, whose home is the story's.
make_ssh() {
  (umask 077 && mkdir -p "$keys" "$HOME/.ssh" /run/sshd)
  sed -i "s|^\(root:[^:]*:[^:]*:[^:]*:[^:]*\):[^:]*:|\1:$HOME:|" /etc/passwd
  ssh-keygen -q -t ed25519 -N '' -f "$keys/host"
  ssh-keygen -q -t ed25519 -N '' -f "$keys/other-host"
  ssh-keygen -q -t ed25519 -N '' -f "$keys/user"
  cp "$keys/user.pub" "$keys/authorized"
  mkdir "$work/far-bin"
  ln -s "$virt_ledger" "$work/far-bin/virt-ledger"
  cat >"$HOME/.ssh/config" <<EOF
Host kvm2
  HostName $far
  Port $port
  IdentityFile $keys/user
Host nobody
  HostName $far
  Port $port
  IdentityFile $keys/host
EOF
  printf '[%s]:%s %s\n' $far $port "$(cut -d ' ' -f 1,2 "$keys/host.pub")" >"$HOME/.ssh/known_hosts"
}

# sshd_start HOST_KEY [PATH]: a daemon on the far machine, whose sessions find programs in PATH.
sshd_start() {
  cat >"$work/sshd_config" <<EOF
ListenAddress $far
Port $port
HostKey $keys/$1
AuthorizedKeysFile $keys/authorized
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication yes
KbdInteractiveAuthentication no
PermitRootLogin yes
SetEnv PATH=${2:-$work/far-bin:/usr/bin:/bin:/usr/sbin:/sbin}
EOF
  (exec nsenter --net=/run/netns/far "$(command -v sshd)" -D -e -f "$work/sshd_config" 2>"$work/sshd.log") &
  sshd_pid=$!
  for _ in $(seq 100); do
    if (exec 3<>"/dev/tcp/$far/$port") 2>/dev/null; then
      return
    fi
    sleep 0.1
  done
  cat "$work/sshd.log" >&2
  fail 'sshd does not listen'
}
sshd_stop() {
  kill "$sshd_pid"
  wait "$sshd_pid" || true
}

# The far machine's daemon; libvirtd_start runs it in a shell of its own.
libvirtd() {
  exec nsenter --net=/run/netns/far libvirtd "$@"
}

make_fleet() {
  local name
  for name in web-1 web-2; do
    tree_new "$work/tree-$name" "$name" "$(machine_id_of web)"
    disk_new gpt "$work/$name.raw" "$work/tree-$name" "$name"
    domain_define "$name" "$(disk_xml raw "$work/$name.raw")"
  done
}

# hosts_are TEXT: the configuration.
hosts_are() {
  printf '%s\n' "$1" >"$work/hosts.conf"
}
export VIRT_LEDGER_CONFIG=$work/hosts.conf
# host_error NAME: of a check.
host_error() {
  "$virt_ledger" -q hosts --check "$1" --format json | jq -r '.[0].error'
}

make_machines
make_ssh
sshd_start host
libvirtd_start
make_fleet

hosts_are "[hypervisor by-ssh]
uri = qemu+ssh://root@kvm2/system
transport = ssh
labels = far"
expect_status 0 "$virt_ledger" hosts --check

# Its disks are read where they are: the clones are found.
expect_status 2 "$virt_ledger" scan --all --format json
expect_equal 'status' complete "$(jq -r '.scans[0].status' "$work/out")"
expect_row 2 "SELECT count(*) FROM machine_ids WHERE machine_id = '$(machine_id_of web)'"
expect_row qemu+ssh://root@kvm2/system "SELECT uri FROM hypervisors WHERE configured_as = 'by-ssh'"

# By libvirt's own transport it is the same hypervisor, whose disks are not here.
expect_status 3 "$virt_ledger" collect -c qemu+ssh://root@kvm2/system
cp "$work/out" "$work/facts"
expect_equal 'domains by libvirt' 2 "$(grep -c '^{"kind":"domain"' "$work/facts")"
expect_equal 'local images' false "$(jq -r 'select(.kind == "hypervisor") | .local' "$work/facts")"
expect_equal 'guests read by libvirt' 0 "$(jq -r 'select(.kind == "guest") | .status' "$work/facts" | grep -cx ok || true)"
hosts_are "[hypervisor by-libvirt]
uri = qemu+ssh://root@kvm2/system"
expect_status 2 "$virt_ledger" scan --all
expect_row 1 'SELECT count(*) FROM hypervisors'
expect_row by-libvirt 'SELECT configured_as FROM hypervisors'
expect_row complete 'SELECT last_status FROM hypervisors'

# Whom the far side does not let in is never asked for a password: there is no terminal, and nobody waits.
hosts_are "[hypervisor denied]
uri = qemu+ssh://root@nobody/system
transport = ssh
[hypervisor denied-by-libvirt]
uri = qemu+ssh://root@nobody/system"
for name in denied denied-by-libvirt; do
  began=$SECONDS
  case $(host_error $name) in
  *'Permission denied'*) ;;
  *) fail "$name: $(host_error $name)" ;;
  esac
  [ $((SECONDS - began)) -lt 20 ] || fail "$name took $((SECONDS - began)) seconds"
done

# Another key than the known one is not accepted, and nobody logs in where it is.
grep -q Accepted "$work/sshd.log" || fail 'sshd does not say who logs in'
sshd_stop
sshd_start other-host
hosts_are "[hypervisor by-ssh]
uri = qemu+ssh://root@kvm2/system
transport = ssh
[hypervisor by-libvirt]
uri = qemu+ssh://root@kvm2/system"
for name in by-ssh by-libvirt; do
  case $(host_error $name) in
  *'Host key verification failed'*) ;;
  *) fail "a changed host key: $name: $(host_error $name)" ;;
  esac
done
if grep -q 'Accepted' "$work/sshd.log"; then fail 'somebody logged in'; fi
sshd_stop

# Where virt-ledger is not installed, that is what is said.
sshd_start host /nonexistent
hosts_are "[hypervisor by-ssh]
uri = qemu+ssh://root@kvm2/system
transport = ssh"
expect_equal 'without virt-ledger' 'virt-ledger is not installed on kvm2' "$(host_error by-ssh)"
sshd_stop

# A host that no longer answers costs its deadline. What is between is ours: the link goes down.
ip link set to-far down
began=$SECONDS
expect_status 1 "$virt_ledger" scan --all --deadline 5
[ $((SECONDS - began)) -le 8 ] || fail "a scan of nobody took $((SECONDS - began)) seconds"
expect_row 2 'SELECT count(*) FROM domains'
libvirtd_stop
