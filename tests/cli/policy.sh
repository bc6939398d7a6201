#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Keys that there are to be: by policies of the configuration, and as somebody accepted them.
. "$(dirname "$0")/streams.sh"
requires jq ssh-keygen

uuid=10000000-0000-4000-8000-00000000000
at=1700000000

# new_key NAME: a key of a real tool; its fingerprint is then in ${fingerprint[NAME]}.
declare -A fingerprint
new_key() {
  ssh-keygen -q -t ed25519 -N '' -C "$1@desk" -f "$work/$1"
  fingerprint[$1]=$(ssh-keygen -l -f "$work/$1.pub" | cut -d ' ' -f 2)
}
for name in ops eve deploy; do new_key "$name"; done

# key_of NAME LINE: a line of root's authorized_keys, as a collector tells of it.
key_of() {
  jq -cn --arg fingerprint "${fingerprint[$1]}" --argjson line "$2" --arg comment "$1@desk" \
    '{user: "root", key_file: "/root/.ssh/authorized_keys", entry: $fingerprint, line: $line, uid: 0, algorithm: "ssh-ed25519",
      bits: 256, fingerprint: $fingerprint, cert_authority: false, comment: $comment, effective: true}'
}

# guest NUMBER KEY…: the guest of a domain, with these keys of root, a line each.
guest() {
  local number=$1 line=0 keys=() name
  shift
  for name; do
    line=$((line + 1))
    keys+=("$(key_of "$name" "$line")")
  done
  printf '{"kind":"guest","domain":"%s%s","road":"disk","status":"ok","roots":[{"root":"vda1","status":"ok","accounts":[{"name":"root","uid":0,"login":"yes"}],"authorized_keys":[%s]}]}\n' \
    "$uuid" "$number" "$(IFS=, && echo "${keys[*]}")"
}

# scan GUEST…: the domains web-1 to web-3, and what is told of their guests, into the ledger.
scan() {
  local name number=0
  {
    printf '{"kind":"collection","version":3,"tool":"test","uri":"qemu:///system","at":%s}\n' $((at += 60))
    echo '{"kind":"hypervisor","driver":"QEMU","hostname":"kvm1","scope":"system"}'
    for name in web-1 web-2 web-3; do
      printf '{"kind":"domain","uuid":"%s%s","name":"%s","state":"shut off","status":"ok"}\n' "$uuid" $((++number)) "$name"
    done
    printf '%s\n' "$@"
    printf '{"kind":"end","status":"complete","domains":3,"images":0,"guests":%s}\n' $#
  } >"$work/stream.jsonl"
  expect_status 3 "$virt_ledger" ingest "$work/stream.jsonl" # for web-3 cannot be read
}

# expect_findings WHAT [RULE:DOMAIN:KEY]…: those about authorized keys that are open after an audit, sorted.
expect_findings() {
  local what=$1 finding status=0 expected=()
  shift
  for finding; do expected+=("${finding%:*}:${fingerprint[${finding##*:}]}"); done
  "$virt_ledger" audit --format json >"$work/out" 2>"$work/err" || status=$?
  [ $status -ne 1 ] || fail "$what: $(<"$work/err")"
  expect_equal "$what" "$(printf '%s\n' "${expected[@]}" | sort)" \
    "$(jq -r '.findings[] | select(.rule | startswith("authorized-key.")) | "\(.rule[15:]):\(.domain):\(.evidence | fromjson.fingerprint)"' "$work/out" | sort)"
}

unread='{"kind":"guest","domain":"'${uuid}'3","road":"disk","status":"no-root"}'

# What came since the first scan is told without anybody's word; who accepts it hears no more of it.
scan "$(guest 1 ops)" "$(guest 2 ops)" "$unread"
expect_findings 'first sight'
scan "$(guest 1 ops eve)" "$(guest 2 ops)" "$unread"
expect_findings 'a key more' changed:web-1:eve
expect_status 0 "$virt_ledger" accept web-1 --keys --reason 'CHG-1' --dry-run
expect_row 0 'SELECT count(*) FROM baselines'
SUDO_USER=alice expect_status 0 "$virt_ledger" accept web-1 web-2 --keys --reason 'CHG-1' --verbose
expect_error "web-1: root: ${fingerprint[eve]} in /root/.ssh/authorized_keys, line 2: eve@desk"
expect_error 'web-1 (qemu://kvm1/system): 2 keys of 1 user accepted'
expect_error 'virt-ledger audit'
[ "$(id -u)" -ne 0 ] || expect_row '2,alice,CHG-1,2' "SELECT keys, accepted_by, reason, scan_id FROM baselines WHERE domain = 'web-1'"
expect_findings 'accepted'

# What comes and goes from then on.
scan "$(guest 1 eve ops)" "$(guest 2 ops deploy)" "$unread"
expect_findings 'another order, and a key more' unexpected:web-2:deploy
jq -e '.findings[] | select(.rule == "authorized-key.unexpected").evidence | fromjson | .baseline.reason == "CHG-1" and .lines[0].first_scan == 3' \
  "$work/out" >/dev/null || fail "the evidence lacks its baseline: $(<"$work/out")"
scan "$(guest 1 ops)" "$(guest 2 ops)" "$unread"
expect_findings 'a key less' missing:web-1:eve
expect_status 0 "$virt_ledger" accept web-1 --keys
expect_findings 'accepted anew'
expect_status 0 "$virt_ledger" accept web-1 --keys --withdraw
expect_status 1 "$virt_ledger" accept web-1 --keys --withdraw
expect_error 'web-1: no keys were accepted'
expect_findings 'withdrawn' changed:web-1:eve
expect_status 0 "$virt_ledger" accept web-1 --keys

# A domain that two words mean is accepted once.
rows=$(rows_of 'SELECT max(baseline_id) FROM baselines')
expect_status 0 "$virt_ledger" accept web-1 "${uuid}1" --keys
expect_row $((rows + 1)) 'SELECT max(baseline_id) FROM baselines'

# Nobody is accepted unseen.
expect_status 1 "$virt_ledger" accept web-3 --keys
expect_error 'web-3 (qemu://kvm1/system) is not accepted: its guest could not be read by the last attempt: no-root'
expect_status 3 "$virt_ledger" accept web-3 web-2 --keys
expect_row 2 'SELECT count(*) FROM baselines'
scan "$(guest 1 ops)" '{"kind":"guest","domain":"'${uuid}'2","road":"disk","status":"timeout","detail":"after 10 s"}' "$unread"
expect_status 1 "$virt_ledger" accept web-2 --keys
expect_error 'web-2 (qemu://kvm1/system) is not accepted: its guest could not be read by the last attempt: timeout: after 10 s'
expect_status 1 "$virt_ledger" accept web-1 wbe-2 --keys --reason never
expect_error "there is no domain 'wbe-2'; did you mean 'web-2'?"
expect_row 0 "SELECT count(*) FROM baselines WHERE reason = 'never'"
expect_status 64 "$virt_ledger" accept web-1
expect_error 'say what is accepted: --keys'
expect_status 64 "$virt_ledger" accept --keys

# What a guest writes into its lines reaches nobody's terminal.
scan "$(guest 1 ops | sed 's/ops@desk/\\u001b[2J\\u202e\\u0007/')" "$(guest 2 ops)" "$unread"
expect_status 0 "$virt_ledger" accept web-1 --keys --reason $'\e]0;x\a' --verbose
! LC_ALL=C grep -q $'[\e\a]' "$work/err" || fail 'a comment reaches the terminal'
expect_error '2J'
expect_status 0 "$virt_ledger" list baselines
! LC_ALL=C grep -q $'[\e\a]' "$work/out" || fail 'a reason reaches the terminal'

# Sections of the configuration: exact for some, required of all, forbidden.
export VIRT_LEDGER_CONFIG=$work/policy.conf
cat >"$VIRT_LEDGER_CONFIG" <<END
[keys admins]
file = $work/admins.keys
mode = exact
guests = web-1
users = root
[keys backup]
file = $work/backup.keys
mode = required
users = root
[keys gone]
file = $work/gone.keys
mode = forbidden
END
printf '# ours\n\n%s\n' "$(<"$work/ops.pub")" >"$work/admins.keys"
cp "$work/deploy.pub" "$work/backup.keys"
cp "$work/eve.pub" "$work/gone.keys"
chmod 0644 "$work"/*.keys
scan "$(guest 1 ops deploy)" "$(guest 2 ops deploy)" "$unread"
expect_findings 'as declared'
expect_status 0 "$virt_ledger" accept web-2 --keys
scan "$(guest 1 deploy eve)" "$(guest 2 ops)" "$unread"
expect_findings 'all at once' missing:web-1:ops forbidden:web-1:eve missing:web-2:deploy
expect_error 'high'
expect_row 'admins,exact,1' "SELECT name, mode, keys FROM key_policies WHERE name = 'admins'"
jq -e --arg place "$work/admins.keys:3" 'any(.findings[].evidence | fromjson.declared_by[]?; .place == $place)' "$work/out" >/dev/null ||
  fail "the evidence lacks the policy's line: $(<"$work/out")"

# Whoever may write the file may let in whom they like.
chmod 0666 "$work/gone.keys"
expect_findings 'a warning alone' missing:web-1:ops forbidden:web-1:eve missing:web-2:deploy
expect_error "others may write $work/gone.keys"
chmod 0644 "$work/gone.keys"

# So is a file without keys, where that means that nothing is checked.
: >"$work/gone.keys"
expect_findings 'nothing forbidden' missing:web-1:ops unexpected:web-1:eve missing:web-2:deploy
expect_error "[keys gone]: there is no key in $work/gone.keys, so that none is forbidden"
cp "$work/eve.pub" "$work/gone.keys"

# What is wrong with a file is said before anything is done.
audits=$(rows_of 'SELECT count(*) FROM audit')
for text in 'nonsense' "$(cut -d ' ' -f 1 "$work/ops.pub")" "no-such-option $(<"$work/ops.pub")" $'\e[2J'; do
  printf '\n%s\n' "$text" >"$work/gone.keys"
  expect_status 1 "$virt_ledger" audit
  expect_error "$work/gone.keys:2: "
done
rm "$work/gone.keys"
expect_status 1 "$virt_ledger" audit
expect_error "$VIRT_LEDGER_CONFIG:10: [keys gone]: $work/gone.keys: No such file"
expect_status 1 "$virt_ledger" scan -c "test://$work/nowhere.xml"
expect_error "$work/gone.keys: No such file"
expect_row "$audits" 'SELECT count(*) FROM audit'

# Sections that are gone bind nobody.
: >"$VIRT_LEDGER_CONFIG"
expect_findings 'baselines alone' missing:web-1:ops unexpected:web-1:deploy unexpected:web-1:eve missing:web-2:deploy

# One user with as many keys as there may be, all of them others than were accepted, holds nobody up.
many() {
  jq -cn --arg uuid "${uuid}1" --arg word "$1" '{kind: "guest", domain: $uuid, road: "disk", status: "ok", roots: [{root: "vda1",
    status: "ok", accounts: [{name: "root", uid: 0, login: "yes"}], authorized_keys: [range(10000) | "SHA256:\($word)\(.)" as $key |
      {user: "root", key_file: "/root/.ssh/authorized_keys", entry: $key, line: (. + 1), uid: 0, algorithm: "ssh-ed25519",
       bits: 256, fingerprint: $key, cert_authority: false, effective: false, reason: "file-mode"}]}]}'
}
scan "$(many before)" "$unread"
expect_status 0 "$virt_ledger" accept web-1 --keys
scan "$(many after)" "$unread"
expect_status 2 timeout 60 "$virt_ledger" audit
expect_row 'authorized-key.ignored: 10000 authorized-key.missing: 10000 authorized-key.unexpected: 10000' \
  "SELECT group_concat(rule || ': ' || n, ' ') FROM (SELECT rule, count(*) AS n FROM findings
    WHERE domain = 'web-1' AND status = 'open' GROUP BY rule)"
