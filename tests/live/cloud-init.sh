#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What cloud-init left in a Debian that it set up, and what it had been told by the seed that is still attached.
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/images.sh"
. "$(dirname "$0")/../lib/node.sh"
. "$(dirname "$0")/../lib/debian.sh"
. "$(dirname "$0")/../lib/cloud.sh"
requires ssh-keygen jq
requires_cloud

# fingerprint_of FILE: of a public key.
fingerprint_of() {
  ssh-keygen -l -f "$1" | cut -d ' ' -f 2
}

{
  echo '<node>'
  node_domain golden raw "$cloud/cloud.raw" "$cloud/seed.iso"
  node_domain chroot raw "$cloud/chroot.raw"
  echo '</node>'
} >"$work/node.xml"
expect_status 2 "$virt_ledger" scan -c "test://$work/node.xml"

alice=$(fingerprint_of "$cloud/alice.pub")
default=$(fingerprint_of "$cloud/default.pub")

# expect_set_up DOMAIN SEED: its state, what the seed told it, by the copy of it, too, and what became of that.
expect_set_up() {
  local domain=$1 seed=$2 secret
  expect_row 'golden-1,DataSourceNoCloud,1,1,1,1' "SELECT instance_id, substr(datasource, 1, 17), installed, has_run,
    finished, failed FROM cloud_init WHERE domain = '$domain'"
  expect_row modules-config "SELECT failed_stages FROM cloud_init WHERE domain = '$domain'"
  expect_row debian,ok "SELECT default_user, config_status FROM cloud_init WHERE domain = '$domain'"

  expect_row ok,golden-1,golden,text/cloud-config "SELECT status, instance_id, hostname, parts FROM seeds
    WHERE domain = '$domain' AND place = '$seed'"
  expect_row 1 "SELECT count(*) FROM seeds WHERE domain = '$domain' AND place LIKE 'instance %' AND status = 'ok'"
  expect_row "$alice alice;$default default" "SELECT group_concat(fingerprint || ' ' || user, ';') FROM
    (SELECT * FROM seed_keys WHERE domain = '$domain' AND place = '$seed' ORDER BY user)"
  expect_row 'alice bob default' "SELECT group_concat(name, ' ') FROM
    (SELECT name FROM seed_users WHERE domain = '$domain' AND place = '$seed' ORDER BY name)"
  for secret in users[1].plain_text_passwd users[2].passwd chpasswd.list write_files[0].content; do
    expect_row 1 "SELECT instr(' ' || secrets || ' ', ' $secret ') > 0 FROM seeds
      WHERE domain = '$domain' AND place = '$seed'"
  done

  expect_row "alice,1000,1,$alice,/home/alice/.ssh/authorized_keys,1" "SELECT user, uid, line, fingerprint, key_file,
    effective FROM authorized_keys WHERE domain = '$domain' AND user = 'alice'"
  expect_row "$default,1" "SELECT fingerprint, effective FROM authorized_keys WHERE domain = '$domain' AND user = 'debian'"
  expect_row 'dsa ecdsa ed25519 rsa' "SELECT group_concat(substr(path, 19, length(path) - 22), ' ') FROM
    (SELECT path FROM ssh_host_keys WHERE domain = '$domain' AND has_private AND safe AND public_state = 'matches'
        AND state = 'ok' ORDER BY path)"
  for rule in failed secrets-in-user-data; do
    expect_row 1 "SELECT count(*) FROM findings
      WHERE rule = 'cloud-init.$rule' AND status = 'open' AND domain = '$domain'"
  done
}

expect_set_up golden 'volume sda'
expect_set_up chroot 'directory vda1:/var/lib/cloud/seed/nocloud'
expect_row '' "SELECT group_concat(rule) FROM findings WHERE rule LIKE 'cloud-init.%-drift' AND status = 'open'"

# Nothing secret is anywhere: not in the stream, the ledger, nor in what is said of them.
expect_status 0 "$virt_ledger" collect -c "test://$work/node.xml"
cp "$work/out" "$work/stream"
for list in $("$virt_ledger" list --help | sed -n 's/^  \([a-z-]*\) .*/\1/p'); do
  "$virt_ledger" list "$list" --format json
done >"$work/lists" 2>&1 || true
"$virt_ledger" show golden >"$work/show" 2>&1
"$virt_ledger" audit --format json >"$work/audit" 2>&1 || true
for secret in "${CLOUD_SECRETS[@]}" 'BEGIN OPENSSH' 'BEGIN RSA' '$y$'; do
  ! grep -raqF -- "$secret" "$work"/{stream,lists,show,audit,ledger,out,err} || fail "$secret came out"
done
