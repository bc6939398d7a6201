#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A template with keys and the state of cloud-init, and three clones of it, one with a key more: a scan says just what
# is wrong. What is accepted is silent; what is gone then is missed.
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/images.sh"
. "$(dirname "$0")/../lib/node.sh"
. "$(dirname "$0")/../lib/debian.sh"
. "$(dirname "$0")/../lib/cloud.sh"
requires mke2fs debugfs qemu-img qemu-io ssh-keygen
requires_cloud

golden=$cloud/cloud.raw
alices_keys=/home/alice/.ssh/authorized_keys
clones=(clone-1 clone-2 clone-3)

# clone_new NAME [KEYS_OF_ALICE]
clone_new() {
  cp --sparse=always "$golden" "$work/changed.raw"
  disk_write "$work/changed.raw" /etc/hostname "$1"
  [ -z "${2:-}" ] || disk_write "$work/changed.raw" "$alices_keys" "$2"
  rm -f "$work/$1.qcow2"
  overlay_of_changes "$work/golden.qcow2" "$golden" "$work/changed.raw" "$work/$1.qcow2"
}

scan() {
  expect_status 2 "$virt_ledger" scan -c "test://$work/node.xml"
}

# open_findings RULE: the domains that have it, once each.
open_findings() {
  rows_of "SELECT group_concat(domain, ' ') FROM (SELECT DISTINCT ifnull(domain, '-') AS domain FROM findings
    WHERE rule = '$1' AND status = 'open' ORDER BY domain)"
}

# expect_finding RULE [DOMAIN…]: these have it, and no others.
expect_finding() {
  expect_equal "$1" "${*:2}" "$(open_findings "$1" | tr -d '"')"
}

qcow2_from "$golden" "$work/golden.qcow2"
key_new "$work/eve" ed25519 eve@elsewhere
alice=$(cat "$cloud/alice.pub")
eve=$(cat "$work/eve.pub")
clone_new clone-1
clone_new clone-2 "$alice"$'\n'"$eve"
clone_new clone-3
{
  echo '<node>'
  node_domain golden qcow2 "$work/golden.qcow2" "$cloud/seed.iso"
  for clone in "${clones[@]}"; do
    node_domain "$clone" qcow2 "$work/$clone.qcow2"
  done
  echo '</node>'
} >"$work/node.xml"

scan
expect_finding template.carries-machine-id golden
expect_finding template.carries-host-keys golden
expect_finding template.carries-cloud-state golden
expect_finding cloud-init.secrets-in-user-data clone-1 clone-2 clone-3 golden
expect_finding host-key.missing
expect_finding host-key.unsafe-mode
expect_finding host-key.weak clone-1 clone-2 clone-3 golden
expect_row 4 "SELECT count(*) FROM findings WHERE rule = 'host-key.duplicate' AND status = 'open'"
expect_row 4 "SELECT min(json_array_length(evidence, '\$.members')) FROM findings WHERE rule = 'host-key.duplicate'"
expect_row 1 "SELECT count(*) FROM findings WHERE rule = 'cloud-init.instance-id-duplicate' AND status = 'open'"
expect_finding authorized-key.unexpected
expect_finding authorized-key.missing
expect_finding authorized-key.changed

# Whose key is the one more? One query, and one command.
expect_row 'clone-2,alice,2' "SELECT domain, user, line FROM authorized_keys
  WHERE fingerprint = '$(ssh-keygen -l -f "$work/eve.pub" | cut -d ' ' -f 2)'"
expect_status 0 "$virt_ledger" list authorized-keys --key "$work/eve.pub" --format csv
expect_equal 'rows of the key' 2 "$(wc -l <"$work/out")"
grep -q 'clone-2,alice' "$work/out" || fail 'the key is not found'

# A policy that knows nothing of it.
cp "$cloud/alice.pub" "$work/alice.keys"
cat >"$work/keys.conf" <<END
[keys people]
guests = clone-*
users = alice
file = $work/alice.keys
mode = exact
END
VIRT_LEDGER_CONFIG=$work/keys.conf expect_status 2 "$virt_ledger" audit
expect_finding authorized-key.unexpected clone-2
expect_row 1 "SELECT evidence LIKE '%\"people\"%' FROM findings WHERE rule = 'authorized-key.unexpected' AND status = 'open'"

# Instead, what is there today is taken for good.
scan
expect_finding authorized-key.unexpected
expect_status 0 "$virt_ledger" accept --keys --reason 'as delivered' "${clones[@]}"
scan
for rule in unexpected missing forbidden changed; do
  expect_finding authorized-key.$rule
done

# Alice's own key goes from one, and a new one comes to another.
clone_new clone-2 "$eve"
clone_new clone-3 "$alice"$'\n'"$(cat "$cloud/default.pub")"
scan
expect_finding authorized-key.missing clone-2
expect_finding authorized-key.unexpected clone-3
expect_finding cloud-init.keys-drift clone-2
expect_row 1 "SELECT evidence LIKE '%as delivered%' FROM findings WHERE rule = 'authorized-key.missing' AND status = 'open'"

# As it was.
clone_new clone-2 "$alice"$'\n'"$eve"
clone_new clone-3
scan
expect_finding authorized-key.missing
expect_finding authorized-key.unexpected

# What is told of all this holds no private key.
! grep -raqF -e 'BEGIN OPENSSH' -e 'canary-' "$work/ledger" || fail 'the ledger holds a secret'
