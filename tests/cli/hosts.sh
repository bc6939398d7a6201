#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The configured hypervisors: listed, tried, scanned by name here and through ssh, and forgotten.
. "$(dirname "$0")/../lib/story.sh"
requires qemu-img mke2fs sfdisk debugfs jq

bash "$SOURCE/tests/demo-fleet.sh" "$work/fleet" >/dev/null
# The second host has two domains of the fleet; to libvirt another node file is another hypervisor.
awk '/<domain / { inside = 1; text = "" }
     inside { text = text $0 "\n" }
     !inside { print }
     /<\/domain>/ { if (text ~ /<name>(db-1|dns-1)</) printf "%s", text; inside = 0 }' "$work/fleet/node.xml" >"$work/fleet/second.xml"

# An ssh that leads to this machine, where a shell reads the words behind the destination, as sshd has it.
mkdir "$work/bin" "$work/old"
ln -s "$virt_ledger" "$work/bin/virt-ledger"
printf '#!/bin/sh\necho "virt-ledger: there is no option $2" >&2\nexit 64\n' >"$work/old/virt-ledger"
cat >"$work/bin/ssh" <<'EOF'
#!/bin/sh
while [ "$1" != -- ]; do shift; done
case $2 in
*away) echo "ssh: connect to host $2 port 22: No route to host" >&2; exit 255 ;;
*held) exec cat "$FLEET/hold" ;;
*old) PATH=$FLEET/old ;;
*bare) PATH=/nonexistent ;;
esac
export PATH
shift 2
exec /bin/sh -c "$*"
EOF
chmod 0755 "$work/bin/ssh" "$work/old/virt-ledger"
export FLEET=$work PATH=$work/bin:$PATH VIRT_LEDGER_CONFIG=$work/hosts.conf

cat >"$work/hosts.conf" <<EOF
[scan]
templates = golden
[hypervisor here]
uri = test://$work/fleet/node.xml
labels = prod, rack 4
[hypervisor there]
uri = test+ssh://ops@second$work/fleet/second.xml
transport = ssh
EOF

# host NAME COLUMN: of the last output in JSON.
host() {
  jq -r ".[] | select(.name == \"$1\") | .$2" "$work/out"
}
# host_says NAME WORDS: its error.
host_says() {
  case $(host "$1" error) in
  *"$2"*) ;;
  *) fail "no '$2' of $1: $(host "$1" error)" ;;
  esac
}

# Before the first scan, without a ledger.
expect_status 0 "$virt_ledger" hosts --format json
expect_equal 'names' 'here there' "$(jq -r '.[].name' "$work/out" | paste -sd ' ')"
expect_equal 'labels' 'prod, rack 4' "$(host here labels)"
expect_equal 'status before a scan' null "$(host here status)"
expect_equal 'transport' ssh "$(host there transport)"
expect_status 0 "$virt_ledger" hosts --check
[ ! -e "$VIRT_LEDGER" ] || fail 'a check made a ledger'
expect_status 0 "$virt_ledger" hosts --check there --format json
expect_equal 'what answers there' 'ok TEST virt-ledger 0.1.0' "$(jq -r '.[0] | "\(.status) \(.driver) \(.tool)"' "$work/out")"

# Both are scanned, under their names.
expect_status 2 "$virt_ledger" scan --all --format json
expect_equal 'names of a scan' 'here there' "$(jq -r '.scans[].name' "$work/out" | paste -sd ' ')"
expect_equal 'the URI as configured' "test+ssh://ops@second$work/fleet/second.xml" "$(jq -r '.scans[1].uri' "$work/out")"
expect_row 2 'SELECT count(*) FROM hypervisors'
expect_row test+ssh://ops@second "SELECT substr(uri, 1, 21) FROM hypervisors WHERE configured_as = 'there'"
expect_status 0 "$virt_ledger" hosts --format json
expect_equal 'status' 'complete 13 1' "$(jq -r '.[0] | "\(.status) \(.domains) \(.configured)"' "$work/out")"
expect_equal 'domains there' 2 "$(host there domains)"
expect_status 0 "$virt_ledger" hosts
grep -q '^here .*complete' "$work/out" || fail 'the table lacks a host'

# What fails is said, with the words of the host that failed, and costs nobody else. A password is never shown.
cat >>"$work/hosts.conf" <<EOF
[hypervisor away]
uri = qemu+ssh://away/system
transport = ssh
[hypervisor bare]
uri = qemu+ssh://bare/system
transport = ssh
[hypervisor old]
uri = qemu+ssh://old/system
transport = ssh
[hypervisor password]
uri = nonsense://me:swordfish@host/
EOF
# no_secret: in what the last run said.
no_secret() {
  if grep -q swordfish "$work/err" "$work/out"; then fail 'a password was shown'; fi
}
expect_status 3 "$virt_ledger" hosts --check --format json
grep -q 'warning: .*hosts.conf:.*password' "$work/err" || fail 'no warning about a password'
no_secret
expect_equal 'who answers' 'here there' "$(jq -r '.[] | select(.status == "ok") | .name' "$work/out" | paste -sd ' ')"
host_says away 'away says: ssh: connect to host away port 22: No route to host'
host_says bare 'virt-ledger is not installed on bare'
host_says old 'old says: virt-ledger: there is no option --request'
expect_equal 'a host that is none' refused "$(host password status)"
expect_status 2 "$virt_ledger" -v scan --all
no_secret
expect_status 0 "$virt_ledger" hosts --format json
no_secret
expect_equal 'status of one that is away' refused "$(host away status)"
host_says away 'No route to host'
if grep -q swordfish "$VIRT_LEDGER"*; then fail 'a password is in the ledger'; fi
expect_status 1 "$virt_ledger" hosts --forget nonsense://me:swordfish@host/
grep -q 'would be forgotten' "$work/err" || fail 'a URI with a password is not found'
no_secret

# A request for a road that is none is a mistake, not a request for all of them.
echo '{"uri":"test:///default","roads":"rail"}' >"$work/request"
expect_status 64 "$virt_ledger" collect --request <"$work/request"

# A name is one of ours or a mistake.
expect_status 64 "$virt_ledger" scan --host awry
grep -q "did you mean 'away'" "$work/err" || fail 'no advice'
expect_status 64 "$virt_ledger" hosts --check nobody
expect_status 64 "$virt_ledger" hosts here
expect_status 64 "$virt_ledger" hosts --yes
expect_equal 'names for completion' 'here there away bare old password' \
  "$("$virt_ledger" complete -- scan --host '' | cut -f 1 | paste -sd ' ')"

# Another scan of the same ledger has to wait its turn.
printf '[hypervisor held]\nuri = qemu+ssh://held/system\ntransport = ssh\n' >>"$work/hosts.conf"
mkfifo "$work/hold"
"$virt_ledger" -q scan --host held >/dev/null 2>&1 &
first=$!
sleep 1
expect_status 1 "$virt_ledger" scan --host here
grep -q "$first" "$work/err" || fail "it does not say who scans: $(<"$work/err")"
(sleep 1; : >"$work/hold") &
expect_status 2 "$virt_ledger" scan --host here --wait 20
wait $first || true

# One that is not configured any more stays listed, marked, until it is forgotten.
sed -i '/^\[hypervisor there\]/,/^transport/d' "$work/hosts.conf"
expect_status 0 "$virt_ledger" hosts --format json
expect_equal 'no longer configured' 0 "$(host there configured)"
expect_status 1 "$virt_ledger" hosts --forget there
grep -q '2 domains would be forgotten; --yes does it' "$work/err" || fail 'it does not say what would be forgotten'
expect_row 15 'SELECT count(*) FROM domains'
expect_status 0 "$virt_ledger" hosts --forget there --yes
expect_row 13 'SELECT count(*) FROM domains'
expect_row forgotten 'SELECT status FROM scans ORDER BY scan_id DESC LIMIT 1'
expect_status 1 "$virt_ledger" hosts --forget there --yes
expect_status 0 "$virt_ledger" hosts --format json
expect_equal 'a forgotten one' '' "$(host there name)"
expect_status 0 "$virt_ledger" db check

# The example has no mistake, whatever of it is taken.
sed 's/^#\([a-z[]\)/\1/' "$SOURCE/dist/virt-ledger.conf" >"$work/example.conf"
VIRT_LEDGER_CONFIG=$work/example.conf expect_status 0 "$virt_ledger" hosts --format json
expect_equal 'the example' 'kvm1 kvm2 kvm3' "$(jq -r '.[] | select(.configured == 1) | .name' "$work/out" | paste -sd ' ')"
[ ! -s "$work/err" ] || fail "the example: $(<"$work/err")"
