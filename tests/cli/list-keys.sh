#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# On which guests a key can log in, and as whom: by a file, by its fingerprint, by what an agent holds.
. "$(dirname "$0")/streams.sh"
. "$(dirname "$0")/../lib/keys.sh"
requires jq ssh-keygen

for name in alice bob nobody; do
  make_key ed25519 "$work/$name" -C "$name@home"
done
# with KEY…: what a root adds to it, the authorized_key objects on standard input.
with_keys() {
  jq -cs '{authorized_keys: .}'
}
{
  stream_head kvm1
  stream_guest 1 web-1 "$({
    authorized_key root 1 "$work/alice.pub" '.uid = 0'
    authorized_key carol 2 "$work/alice.pub" '.effective = false | .reason = "account-expired"'
    authorized_key carol 3 "$work/bob.pub"
  } | with_keys)"
  stream_guest 2 web-2 "$(authorized_key root 7 "$work/alice.pub" 'del(.effective) | .reason = "mode-unknown"' |
    with_keys)"
  stream_guest 3 web-3 "$(jq -cn '{key_sources: [
    {user: "", source: "AuthorizedKeysCommand /bin/keys", state: "unresolved-dynamic-source"}]}')"
  stream_guest 4 web-4 "$(host_key "$work/bob" | jq -cs '{host_keys: .}')"
  stream_end 4
} >"$work/stream.jsonl"
expect_status 0 "$virt_ledger" -q ingest "$work/stream.jsonl"

alice=$(fingerprint_of "$work/alice.pub")
expect_status 0 "$virt_ledger" list authorized-keys --key "$work/alice.pub"
expect_lines 'a key' \
  'DOMAIN USER  EFFECTIVE REASON          FINGERPRINT                                        COMMENT' \
  "web-1  carol no        account-expired $alice alice@home" \
  "web-1  root  yes                       $alice alice@home" \
  "web-2  root            mode-unknown    $alice alice@home"
expect_error '1 guest may let in more keys than could be read: virt-ledger list key-sources'
mv "$work/out" "$work/expected"

# same WORD…: list authorized-keys with them says the same.
same() {
  expect_status 0 "$virt_ledger" list authorized-keys "$@"
  expect_equal "$*" "$(<"$work/expected")" "$(<"$work/out")"
}
same --key "$alice"
same --key "$alice="
same -k - <"$work/alice.pub"
# Files as sshd takes them: comments, options, CRLF, no newline at the end.
printf '# mine\r\n\r\nfrom="10.0.0.0/8",command="echo \\" hi" %s' "$(<"$work/alice.pub")" >"$work/file"
same --key "$work/file"
ssh-keygen -q -s "$work/bob" -I id -n root "$work/alice.pub"
same --key "$work/alice-cert.pub"

cat "$work/alice.pub" "$work/bob.pub" >"$work/file"
expect_status 0 "$virt_ledger" list authorized-keys --key "$work/file" --no-headings -d web-1 -o user,comment
expect_lines 'several keys of one domain' 'carol alice@home' 'carol bob@home' 'root  alice@home'
expect_status 0 "$virt_ledger" list host-keys --key "$work/bob.pub" --no-headings -o domain,path
expect_lines 'host keys' 'web-4  /etc/ssh/bob'
[ ! -s "$work/err" ] || fail 'sources are of authorized keys'
expect_status 0 "$virt_ledger" list authorized-keys --key "$work/nobody.pub"
[ ! -s "$work/out" ] || fail 'a key of nobody'
expect_error '1 guest may let in more keys'

# refused STATUS TEXT WORD…
refused() {
  expect_status "$1" "$virt_ledger" list "${@:3}"
  expect_error "$2"
  [ ! -s "$work/out" ] || fail "output of ${*:3}"
}
refused 64 'disks are no keys, so --key means nothing here' disks --key "$alice"
refused 1 "'SHA256:abc' is no fingerprint" authorized-keys --key SHA256:abc
refused 1 'is no fingerprint' authorized-keys --key "$alice$alice"
refused 1 'is a fingerprint of MD5' authorized-keys --key "$(ssh-keygen -l -E md5 -f "$work/bob.pub" | cut -d ' ' -f 2)"
refused 1 'is a fingerprint of MD5' authorized-keys --key 16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48
refused 1 'bob: it is a private key' authorized-keys --key "$work/bob"
refused 1 'No such file' authorized-keys --key "$work/missing"
printf 'ssh-ed25519 AAAA\n' >"$work/file"
refused 1 'file:1: this is no public key' authorized-keys --key "$work/file"
{ cat "$work/bob.pub" && echo '<html>'; } >"$work/file"
refused 1 'file:2: this is no public key' authorized-keys --key "$work/file"
ssh-keygen -e -f "$work/bob.pub" >"$work/file"
refused 1 'RFC 4716' authorized-keys --key "$work/file"
: >"$work/file"
refused 1 'it holds no public key' authorized-keys --key "$work/file"
head -c 100 /dev/zero >"$work/file"
refused 1 'it is no text' authorized-keys --key "$work/file"
# What was given by mistake is not repeated.
"$virt_ledger" list authorized-keys --key "$work/bob" 2>&1 | grep -qF "$(sed -n 2p "$work/bob")" && fail 'a secret'

# Found by an index, not by looking at every key.
requires sqlite3
plan=$(sqlite3 -readonly "$VIRT_LEDGER" "EXPLAIN QUERY PLAN SELECT * FROM authorized_keys
  WHERE fingerprint IN (SELECT value FROM json_each('[]')) ORDER BY domain")
grep -q 'SEARCH k USING INDEX authorized_key_fact_by_key' <<<"$plan" || fail "no index: $plan"
