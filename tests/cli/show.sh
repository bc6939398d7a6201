#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One domain, to read and to parse.
. "$(dirname "$0")/streams.sh"
. "$(dirname "$0")/../lib/keys.sh"
requires jq
take kvm1
expect_status 0 "$virt_ledger" ingest "$streams/kvm2.jsonl"

expect_status 0 "$virt_ledger" show web-2
expect_lines 'web-2' \
  'Domain         web-2' \
  'UUID           10000000-0000-4000-8000-000000000003' \
  'Hypervisor     qemu://kvm1/system' \
  'State          shut off' \
  'Virtualization hybrid' \
  'Type           kvm' \
  'OS type        hvm' \
  'Architecture   x86_64' \
  'Machine        pc-q35-7.2' \
  'CPUs           2' \
  'Memory         2G' \
  'Template       no' \
  'First seen     2023-11-14T22:13:20Z' \
  'Last seen      2023-11-14T22:13:20Z' \
  '' \
  'Interfaces:' \
  'MAC               TYPE    SOURCE  MODEL  TARGET ADDRESSES' \
  '52:54:00:00:00:03 network default virtio' \
  '' \
  'Disks:' \
  'DISK AND ITS IMAGES   FORMAT VIRTUAL_SIZE ALLOCATED PROVISIONING STATUS' \
  'vda virtio disk' \
  '└─/srv/web-2.qcow2    qcow2           20G      196K thin         ok' \
  '  └─/srv/golden.qcow2 qcow2           20G      1.2G thin         ok' \
  '' \
  'Guests:' \
  'ROAD EFFECTIVE ROOT STATUS DETAIL HOSTNAME OS_NAME FILESYSTEM MARKS READ_AT' \
  'disk yes       vda1 ok            web-2            ext4             2023-11-14T22:13:20Z' \
  '' \
  'Identities:' \
  'KIND            STATE   VALUE                            SOURCE ROOT EFFECTIVE SINCE' \
  'dbus-machine-id missing                                  disk   vda1 yes       2023-11-14T22:13:20Z' \
  'machine-id      valid   11111111111111111111111111111111 disk   vda1 yes       2023-11-14T22:13:20Z'

expect_status 0 "$virt_ledger" show web-2 --bytes
grep -q '21474836480' "$work/out" || fail 'no bytes'

# By UUID, by its beginning in either case, by hypervisor.
expect_status 0 "$virt_ledger" show 20000000-0000-4000-8000-000000000002
expect_status 0 "$virt_ledger" show 20000000-0000-4000-8000-000000000002 --format json
expect_equal 'by UUID' '"mail"' "$(jq .domain.name "$work/out")"
expect_status 0 "$virt_ledger" show -c qemu+ssh://kvm2/system web-1 --format jsonl
expect_equal 'by URI' '"20000000-0000-4000-8000-000000000001"' "$(jq .domain.uuid "$work/out")"
expect_equal 'lines' 1 "$(wc -l <"$work/out")"
expect_status 0 "$virt_ledger" show -c qemu://kvm1/system web-1 --format json
expect_equal 'by name of the hypervisor' '"10000000-0000-4000-8000-000000000002"' "$(jq .domain.uuid "$work/out")"
expect_equal 'an empty drive' '{"target":"sda","chain":[]}' "$(jq -c '.disks[0] | {target, chain}' "$work/out")"
expect_equal 'a chain' '["/srv/web-1.qcow2","/srv/golden.qcow2"]' "$(jq -c '[.disks[1].chain[].path]' "$work/out")"

# Several are listed.
expect_status 1 "$virt_ledger" show web-1
expect_error "'web-1' may mean 2 domains"
expect_error '10000000-0000-4000-8000-000000000002  web-1  qemu://kvm1/system'
expect_error '20000000-0000-4000-8000-000000000001  web-1  qemu://kvm2/system'
expect_status 1 "$virt_ledger" show 1000
expect_error 'may mean 9 domains'

for none in nobody 100 'web-1%' '' "') OR 1=1 --"; do
  expect_status 1 "$virt_ledger" show "$none"
  expect_error 'there is no domain'
done

# A running guest by both roads into it: the one that counts comes first.
"$virt_ledger" -q ingest <<'END'
{"kind":"collection","version":2,"tool":"virt-ledger 0.1.0","uri":"qemu+ssh://kvm3/system","at":1700000000}
{"kind":"hypervisor","driver":"QEMU","hostname":"kvm3","scope":"system"}
{"kind":"domain","uuid":"30000000-0000-4000-8000-000000000001","name":"live","state":"running","status":"ok","agent":"connected"}
{"kind":"guest","domain":"30000000-0000-4000-8000-000000000001","road":"disk","status":"ok","roots":[{"root":"vda1","status":"ok","marks":"torn-possible","identities":[{"kind":"machine-id","state":"valid","path":"/etc/machine-id","value":"31111111111111111111111111111111"}]}]}
{"kind":"guest","domain":"30000000-0000-4000-8000-000000000001","road":"agent","status":"ok","roots":[{"root":"/","status":"ok","marks":"guest-attested","identities":[{"kind":"machine-id","state":"valid","path":"/etc/machine-id","value":"32222222222222222222222222222222"}]}]}
{"kind":"end","status":"complete","domains":1,"images":0,"guests":2}
END
expect_status 0 "$virt_ledger" show live
expect_lines 'two roads' \
  'Domain      live' \
  'UUID        30000000-0000-4000-8000-000000000001' \
  'Hypervisor  qemu://kvm3/system' \
  'State       running' \
  'Guest agent connected' \
  'Template    no' \
  'First seen  2023-11-14T22:13:20Z' \
  'Last seen   2023-11-14T22:13:20Z' \
  '' \
  'Guests:' \
  'ROAD  EFFECTIVE ROOT STATUS DETAIL HOSTNAME OS_NAME FILESYSTEM MARKS          READ_AT' \
  'agent yes       /    ok                                        guest-attested 2023-11-14T22:13:20Z' \
  'disk  no        vda1 ok                                        torn-possible  2023-11-14T22:13:20Z' \
  '' \
  'Identities:' \
  'KIND       STATE VALUE                            SOURCE ROOT EFFECTIVE SINCE' \
  'machine-id valid 32222222222222222222222222222222 agent  /    yes       2023-11-14T22:13:20Z' \
  'machine-id valid 31111111111111111111111111111111 disk   vda1 no        2023-11-14T22:13:20Z'

# Who it is to SSH clients, who may log in, what cloud-init was told; of 1,000 keys the first that let somebody in.
jq -cn '
  def key($line): {user: "alice", key_file: "/home/alice/.ssh/authorized_keys", entry: "\($line)", line: $line, uid: 1000,
                   algorithm: "ssh-ed25519", bits: 256, fingerprint: "SHA256:\($line)", comment: "key \($line)",
                   effective: ($line > 980)} + if $line > 980 then {} else {reason: "expired"} end;
  {host_keys: [{path: "/etc/ssh/ssh_host_ed25519_key", state: "ok", algorithm: "ssh-ed25519", bits: 256,
                fingerprint: "SHA256:host", has_private: true}],
   accounts: [{name: "root", uid: 0, password: "locked", login: "no", reason: "account-locked"},
              {name: "alice", uid: 1000, password: "set", login: "yes"}],
   authorized_keys: [range(1; 1001) | key(.)],
   key_sources: [{user: "", source: "AuthorizedKeysCommand /bin/keys", state: "unresolved-dynamic-source",
                  place: "/etc/ssh/sshd_config:7"}],
   cloud_init: [{cloud_dir: "/var/lib/cloud", has_run: true, finished: true, failed: false, instance_id: "i-1",
                 datasource: "DataSourceNoCloud", config_status: "ok"}]}' >"$work/root.json"
jq -cn '{seeds: [{place: "volume sda", status: "ok", instance_id: "i-1", hostname: "keys", sets: "users ssh-keys",
                  secrets: "users[0].passwd"}]}' >"$work/domain.json"
{
  stream_head kvm4
  stream_guest 7 keys "$(<"$work/root.json")" "$(<"$work/domain.json")"
  stream_end 1
} | "$virt_ledger" -q ingest
expect_status 0 "$virt_ledger" show keys
sed -n '/^Host keys:/,$p' "$work/out" | sed '/ key 98[2-9] /d; / key 99[0-9] /d' >"$work/part"
mv "$work/part" "$work/out"
expect_lines 'keys and cloud-init' \
  'Host keys:' \
  'ALGORITHM   BITS FINGERPRINT STATE PATH                          ROOT' \
  'ssh-ed25519 256  SHA256:host ok    /etc/ssh/ssh_host_ed25519_key vda1' \
  '' \
  'Accounts:' \
  'NAME  UID  LOGIN REASON         PASSWORD KEYS EFFECTIVE ROOT' \
  'alice 1000 yes                  set      1000 20        vda1' \
  'root  0    no    account-locked locked   0    0         vda1' \
  '' \
  'Authorized keys:' \
  'USER  EFFECTIVE REASON ALGORITHM   FINGERPRINT COMMENT  ROOT' \
  'alice yes              ssh-ed25519 SHA256:981  key 981  vda1' \
  'alice yes              ssh-ed25519 SHA256:1000 key 1000 vda1' \
  '… and 980 more: virt-ledger list authorized-keys -d 30000000-0000-4000-8000-000000000007' \
  '' \
  'Other sources of keys:' \
  'USER SOURCE                          STATE                     DETAIL PLACE                  ROOT' \
  '     AuthorizedKeysCommand /bin/keys unresolved-dynamic-source        /etc/ssh/sshd_config:7 vda1' \
  '' \
  'cloud-init:' \
  'HAS_RUN FINISHED FAILED DISABLED INSTANCE_ID DATASOURCE        ROOT' \
  'yes     yes      no              i-1         DataSourceNoCloud vda1' \
  '' \
  'What cloud-init was told:' \
  'PLACE      ROAD STATUS DETAIL INSTANCE_ID HOSTNAME SETS           SECRETS' \
  'volume sda xml  ok            i-1         keys     users ssh-keys users[0].passwd'
expect_status 0 "$virt_ledger" show keys --format json
expect_equal 'keys in JSON' '[1000,20]' "$(jq -c '[(.authorized_keys | length), .accounts[0].effective_keys]' "$work/out")"
