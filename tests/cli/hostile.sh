#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Names written by somebody hostile, in every form, on a pipe and on a terminal: no control character but the newline, no
# format character, nothing that a spreadsheet computes.
. "$(dirname "$0")/streams.sh"
. "$(dirname "$0")/../lib/keys.sh"
requires jq
take kvm1

# A domain per control and format character and per text that a spreadsheet would compute.
{
  head -n 2 "$streams/kvm2.jsonl"
  jq -cn '
    [range(1; 9), range(11; 32), range(127; 160), 173, 1564, 8203, 8206, 8207, range(8232; 8239), range(8288; 8304),
     65279, 917505, 917569 | "a" + ([.] | implode) + "b"]
    + ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\"=1\",=2"]
    | (to_entries[] | {kind: "domain", uuid: ("20000000-0000-4000-8000-" + ("00000000000\(.key + 1)" | .[-12:])),
                       name: .value, status: "ok"}),
      {kind: "end", status: "complete", domains: length, images: 0, guests: 0}'
} >"$work/hostile.jsonl"
expect_status 0 "$virt_ledger" ingest "$work/hostile.jsonl"

# A guest that wrote all of that, and octets that are no UTF-8, into whatever keys, accounts and seeds are told by.
nasty=$'=1+1\n\t\e[2J\x7f\xc2\x9b\u202e\u200b\u2028"\\,b'
jq -cn --arg nasty "$nasty" '
  {base64: "/xsKPTEr"} as $octets
  | {hostname: $nasty,
     sshd: [{state: "ok", detail: $nasty, authorized_keys_file: $nasty, permit_root_login: $nasty}],
     host_keys: [{path: $nasty, state: "ok", detail: $nasty, algorithm: $nasty, public_key: $nasty, comment: $octets,
                  fingerprint: $nasty, has_private: true, certificate: $nasty, certificate_id: $octets,
                  principals: $octets, authority: $nasty},
                 {path: "x", state: "ok", comment: $nasty, certificate_id: $nasty, principals: $nasty}],
     accounts: [{name: $nasty, uid: 0, home: $octets, shell: $octets, login: "yes"},
                {name: "x", uid: 1, home: $nasty, shell: $nasty, login: "yes"}],
     authorized_keys: [{user: $nasty, key_file: $nasty, entry: $nasty, line: 1, algorithm: $nasty, fingerprint: $nasty,
                        options: $octets, comment: $octets},
                       {user: "x", key_file: "x", entry: "x", line: 1, options: $nasty, comment: $nasty}],
     key_sources: [{user: $nasty, source: $nasty, state: "malformed", detail: $nasty, place: $nasty}],
     cloud_init: [{cloud_dir: $nasty, instance_id: $nasty, previous_instance_id: $nasty, datasource: $nasty,
                   failed_stages: $nasty, config_status: "ok", config_detail: $nasty, default_user: $nasty}]}' \
  >"$work/root.json"
jq -cn --arg nasty "$nasty" '
  {interfaces: [{mac: "52:54:00:00:00:01", type: "network", addresses: $nasty}],
   seeds: [{place: $nasty, status: "ok", detail: $nasty, instance_id: $nasty, hostname: $nasty, fetched_from: $nasty,
            parts: $nasty, network: $nasty, secrets: $nasty,
            users: [{name: $nasty, groups: $nasty, shell: $nasty}],
            keys: [{user: $nasty, entry: $nasty, algorithm: $nasty, fingerprint: $nasty, comment: {base64: "/xsKPTEr"}}]}]}' \
  >"$work/domain.json"
# Its one good key would make lines of known_hosts, if there were a name for it.
requires ssh-keygen
make_key ed25519 "$work/key"
jq -c --argjson key "$(host_key "$work/key")" '.host_keys += [$key]' "$work/root.json" >"$work/root-with-key.json"
{
  stream_head keys
  stream_guest 1 "$nasty" "$(<"$work/root-with-key.json")" "$(<"$work/domain.json")"
  stream_end 1
} >"$work/keys.jsonl"
expect_status 0 "$virt_ledger" ingest "$work/keys.jsonl"
for view in ssh_host_keys authorized_keys accounts key_sources sshd_configs cloud_init seeds seed_users seed_keys; do
  [ "$(rows_of "SELECT count(*) FROM $view")" -gt 0 ] || fail "nothing hostile in $view"
done

# expect_clean WHAT: $work/out is UTF-8 and holds no character that could do anything.
expect_clean() {
  iconv -f UTF-8 -t UTF-8 "$work/out" >/dev/null || fail "$1 is not UTF-8"
  ! LC_ALL=C.UTF-8 grep -nP '(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]' "$work/out" || fail "$1 is not clean"
}

for format in table json jsonl csv; do
  for list in $("$virt_ledger" complete -- list '' | cut -f 1); do
    expect_status 0 "$virt_ledger" list "$list" -o all --format $format
    expect_clean "$list as $format"
  done
  expect_status 0 "$virt_ledger" query --format "$format" \
    'SELECT * FROM domains; SELECT xml, title FROM domain_xml, domain_fact'
  expect_clean "a query as $format"
done
for format in text json; do
  for domain in 10000000-0000-4000-8000-000000000008 30000000-0000-4000-8000-000000000001; do
    expect_status 0 "$virt_ledger" show $domain --format $format
    expect_clean "show as $format"
  done
done
for option in '' --hashed --sshfp; do
  expect_status 0 "$virt_ledger" known-hosts $option
  [ ! -s "$work/out" ] || fail "a line of known-hosts $option: $(<"$work/out")"
  mv "$work/err" "$work/out"
  expect_clean "warnings of known-hosts $option"
done
for format in text json; do
  expect_status 1 "$virt_ledger" scan --dry-run -c $'test:///no\xe2\x80\xaefile' --format $format
  expect_clean "a scan as $format"
  mv "$work/err" "$work/out"
  expect_clean "a scan as $format on standard error"
done
expect_status 1 "$virt_ledger" show 2000
mv "$work/err" "$work/out"
expect_clean 'candidates on standard error'

# Nothing is lost on the way: JSON gives every name back, and the ledger has them all.
names=$(jq -c 'select(.kind == "domain").name' "$work/hostile.jsonl" | sort)
expect_equal 'names' "$names" \
  "$("$virt_ledger" list domains --format jsonl | jq -c 'select(.hypervisor == "qemu://kvm2/system").name' | sort)"
expect_row 1 "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'domain'"

# No cell of CSV begins as a formula does, unless that was asked for.
expect_status 0 "$virt_ledger" list domains --format csv -o name --no-headings
! grep -nE '^"?[-=+@]' "$work/out" || fail 'a formula in CSV'
for column in authorized-keys:user authorized-keys:key_file authorized-keys:comment authorized-keys:options accounts:name \
  host-keys:path host-keys:comment key-sources:source seeds:place seed-keys:user; do
  expect_status 0 "$virt_ledger" list "${column%:*}" --format csv -o "${column#*:}" --no-headings
  ! grep -nE '^"?[-=+@]' "$work/out" || fail "a formula in CSV of $column"
done
expect_status 0 "$virt_ledger" list domains --format csv -o name --no-headings --no-csv-guard
grep -q '^=1+1$' "$work/out" || fail 'guarded although it should not be'

requires script
script -qec "$virt_ledger list domains -o all; $virt_ledger show 10000000-0000-4000-8000-000000000008
  $virt_ledger list authorized-keys; $virt_ledger show 30000000-0000-4000-8000-000000000001
  $virt_ledger --no-color known-hosts" /dev/null </dev/null |
  tr -d '\r' >"$work/out"
expect_clean 'a terminal'
