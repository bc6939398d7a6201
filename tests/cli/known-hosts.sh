#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# known_hosts and SSHFP: to the letter what OpenSSH's own programs make and take, and nothing hostile in a line.
. "$(dirname "$0")/streams.sh"
. "$(dirname "$0")/../lib/keys.sh"
requires jq ssh-keygen

keys=$work/keys
mkdir "$keys"
make_key ed25519 "$keys/ssh_host_ed25519_key" -C one
make_key ecdsa "$keys/ssh_host_ecdsa_key"
make_key rsa "$keys/ssh_host_rsa_key" -b 2048
for name in two three four; do
  make_key ed25519 "$keys/$name"
done
ssh-keygen -q -s "$keys/three" -h -I id "$keys/two.pub"

# guest NUMBER NAME ROOT KEY… [-- DOMAIN]: the lines of a guest with these host keys.
guest() {
  local number=$1 name=$2 root=$3 domain='{}'
  shift 3
  : >"$work/host_keys"
  while [ $# -gt 0 ]; do
    [ "$1" != -- ] || { domain=$2; break; }
    echo "$1" >>"$work/host_keys"
    shift
  done
  stream_guest "$number" "$name" "$(jq -c --slurpfile keys "$work/host_keys" '. + {host_keys: $keys}' <<<"$root")" "$domain"
}

all=("$(host_key "$keys/ssh_host_ed25519_key")" "$(host_key "$keys/ssh_host_ecdsa_key")" "$(host_key "$keys/ssh_host_rsa_key")")
two=$(host_key "$keys/two")
{
  stream_head kvm1
  guest 1 Web-1 '{"hostname": "www.Example.org"}' "${all[@]}" -- '{"interfaces": [
    {"mac": "52:54:00:00:00:01", "type": "network", "addresses": "192.0.2.7"},
    {"mac": "52:54:00:00:00:02", "type": "network", "addresses": "127.0.0.1 2001:DB8:0::7"}]}'
  # Two that go by one name: with other keys, and, two clones, with the same.
  guest 2 rival-1 '{"hostname": "both"}' "$two"
  guest 3 rival-2 '{"hostname": "both"}' "$(host_key "$keys/three")"
  guest 4 clone-1 '{"hostname": "clone"}' "$(host_key "$keys/four")"
  guest 5 clone-2 '{"hostname": "clone"}' "$(host_key "$keys/four")"
  # Keys that its sshd would not use, or that are none.
  guest 6 bad '{"hostname": "bad"}' "$(host_key "$keys/two" '.safe = false | .path = "unsafe"')" \
    "$(host_key "$keys/two" '.has_private = false | .path = "public"')" \
    "$(host_key "$keys/two" '.state = "truncated" | .path = "cut"')" \
    "$(host_key "$keys/two" '.public_key = "AAAA\n* ssh-ed25519 AAAA" | .path = "injected"')" \
    "$(host_key "$keys/two" '.public_key += " x" | .path = "longer"')" \
    "$(host_key "$keys/two-cert" '.path = "certificate"')" \
    "$(host_key "$keys/two" '.algorithm = "ssh-rsa" | .path = "other"')"
  guest 7 attested '{"road": "agent", "marks": "guest-attested"}' "$(host_key "$keys/two" 'del(.safe)')"
  guest 8 live '{"marks": "torn-possible"}' "$two"
  guest 9 none '{"hostname": "clone"}' # without keys it has no part in the name
  number=10
  # What may not stand in a line, as names of domains and of hosts.
  for name in '*' 'a?' '!b' 'c,d' '|1|x|y' '@revoked' '#e' 'f g' $'h\ni' 'localhost' 'l.localhost' '10.0.0.9' '0x7f000001' \
    '[k]:22' $'m\u202e' '-n' 'o-' 'p..q' "$(printf 'r%.0s' {1..64})" '::1'; do
    guest $((number++)) "$name" "$(jq -cn --arg name "$name" '{hostname: $name}')" "$two"
  done
  guest $((number++)) rival-3 '{"hostname": "both"}' "$two" # with the keys of the first rival
  stream_end $((number - 1))
} >"$work/stream.jsonl"
expect_status 0 "$virt_ledger" -q ingest "$work/stream.jsonl"

# key_text FILE: what a line has of it.
key_text() {
  cut -d ' ' -f 1,2 "$1.pub"
}

# Every key before every name and address; of a domain by name, whatever its letters.
expect_status 0 "$virt_ledger" known-hosts Web-1
expect_lines 'a guest' \
  "web-1,www.example.org,www,192.0.2.7,2001:db8::7 $(key_text "$keys/ssh_host_ecdsa_key")" \
  "web-1,www.example.org,www,192.0.2.7,2001:db8::7 $(key_text "$keys/ssh_host_ed25519_key")" \
  "web-1,www.example.org,www,192.0.2.7,2001:db8::7 $(key_text "$keys/ssh_host_rsa_key")"
expect_error "Web-1: '127.0.0.1' is left out"
expect_status 0 "$virt_ledger" known-hosts Web-1 --no-hostnames
expect_equal 'without host names' 'web-1,192.0.2.7,2001:db8::7' "$(cut -d ' ' -f 1 "$work/out" | uniq)"

# ssh-keygen finds each of them, plain and hashed, and would not hash them otherwise.
"$virt_ledger" known-hosts Web-1 >"$work/plain" 2>/dev/null
"$virt_ledger" known-hosts Web-1 --hashed >"$work/hashed" 2>/dev/null
expect_equal 'hashed lines' 15 "$(wc -l <"$work/hashed")"
! grep -qE 'web|www|192|2001' "$work/hashed" || fail 'a name in a hashed line'
expect_equal 'salts' 15 "$(cut -d '|' -f 3 "$work/hashed" | sort -u | wc -l)"
for name in web-1 www.example.org www 192.0.2.7 2001:db8::7; do
  for form in plain hashed; do
    expect_equal "$name in $form lines" 3 "$(ssh-keygen -F "$name" -f "$work/$form" | grep -vc '^#')"
  done
done
! ssh-keygen -F other -f "$work/hashed" >/dev/null || fail 'hashed lines are of every name'
cp "$work/plain" "$work/theirs"
ssh-keygen -q -H -f "$work/theirs" >/dev/null 2>&1
shape() {
  sed -E 's,[A-Za-z0-9+/]{27}=,X,g' "$1" | sort
}
expect_equal 'hashed as ssh-keygen does it' "$(shape "$work/theirs")" "$(shape "$work/hashed")"

# Records for DNS are those of ssh-keygen -r; a name with dots is one from the root of all names.
"$virt_ledger" known-hosts Web-1 --sshfp >"$work/out" 2>/dev/null
for name in web-1 www.example.org. www; do
  for type in ecdsa ed25519 rsa; do
    ssh-keygen -r "$name" -f "$keys/ssh_host_${type}_key.pub"
  done
done | sort >"$work/theirs"
expect_equal 'SSHFP' "$(<"$work/theirs")" "$(sort "$work/out")"
expect_status 64 "$virt_ledger" known-hosts --sshfp --hashed

# What two go by with different keys is for neither, also when only one is asked for; clones may share.
expect_status 0 "$virt_ledger" known-hosts rival-1
expect_lines 'a rival' "rival-1 $(key_text "$keys/two")"
expect_error "rival-1: 'both' is left out: rival-2 goes by it, too, with other keys"
expect_status 0 "$virt_ledger" known-hosts rival-3
expect_lines 'another rival' "rival-3 $(key_text "$keys/two")"
expect_error "rival-3: 'both' is left out: rival-2 goes by it, too, with other keys"
expect_status 0 "$virt_ledger" known-hosts clone-2 clone-1
expect_lines 'clones' "clone-1,clone $(key_text "$keys/four")" "clone-2,clone $(key_text "$keys/four")"
expect_status 0 "$virt_ledger" known-hosts rival-1 --no-hostnames
[ ! -s "$work/err" ] || fail "a host name that does not count: $(<"$work/err")"

# Keys that its sshd does not use, or that are none: no line, and a status that says so.
expect_status 3 "$virt_ledger" known-hosts bad Web-1
expect_equal 'lines of the other' 3 "$(wc -l <"$work/out")"
expect_error 'bad: unsafe is left out: others may read it'
for path in injected longer certificate other; do
  expect_error "bad: $path is left out: what the ledger has of it is no key"
done
expect_error 'bad: there is no key'
expect_status 3 "$virt_ledger" known-hosts none
expect_status 1 "$virt_ledger" known-hosts Web-1 nobody
expect_error "there is no domain 'nobody'"
[ ! -s "$work/out" ] || fail 'lines before it failed'

# How sure a key is.
expect_status 0 "$virt_ledger" known-hosts attested live Web-1
expect_error "the guest's own agent: attested"
expect_error 'read while the guest ran: live'
VIRT_LEDGER_CLOCK=$((VIRT_LEDGER_CLOCK + 31 * 86400)) expect_status 0 "$virt_ledger" known-hosts live rival-1
expect_error 'read 30 days ago or before: live, rival-1'

# Of names that mean more than themselves none is in any line, and each is warned of.
expect_status 0 "$virt_ledger" known-hosts
expect_equal 'all lines' "$(<"$work/out")" "$("$virt_ledger" known-hosts 2>/dev/null)"
! grep -vE '^[a-z0-9][a-z0-9.:,-]* (ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp256) [A-Za-z0-9+/]+=*$' "$work/out" ||
  fail 'a hostile line'
expect_equal 'hosts' 'attested clone-1 clone-2 live rival-1 rival-2 rival-3 web-1' \
  "$(sed 's/[, ].*//' "$work/out" | sort -u | paste -sd ' ')"
expect_equal 'warnings' 21 "$(grep -c 'no name or address' "$work/err")"
for name in '*' '|1|x|y' '@revoked' 'localhost' '10.0.0.9' '0x7f000001' 'h\ni' 'm\u{202e}'; do
  expect_error "'$name' is left out"
done
for option in --hashed --sshfp; do
  "$virt_ledger" known-hosts $option 2>/dev/null | cut -d ' ' -f 2- | grep -vE '^[A-Za-z0-9 +/=-]+$' &&
    fail "a hostile line with $option"
done

# A real sshd, whose keys were read off a directory before anybody connected.
requires sshd ssh unshare
requires_root # sshd wants a folder in /run, which is one of its own here
root=$work/root
mkdir -p "$root/etc/ssh"
cp "$keys"/ssh_host_* "$root/etc/ssh/"
echo server.example.org >"$root/etc/hostname"
echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
echo ID=debian >"$root/etc/os-release"
expect_status 0 "$virt_ledger" collect --root "$root"
mv "$work/out" "$work/stream.jsonl"
expect_status 3 "$virt_ledger" -q ingest "$work/stream.jsonl" # of the other directories here it says nothing
"$virt_ledger" known-hosts "$root" >"$work/known_hosts" 2>/dev/null
expect_equal 'keys of the directory' 3 "$(grep -c '^server.example.org,server ' "$work/known_hosts")"

cat >"$work/sshd" <<END
#!/bin/sh
exec unshare --mount sh -c 'mount -t tmpfs tmpfs /run && mkdir /run/sshd && exec sshd -i -f "$work/sshd_config"'
END
chmod +x "$work/sshd"

# serve FILE…: the keys of sshd from now on.
serve() {
  printf 'HostKey %s\n' "$@" >"$work/sshd_config"
}

# greet NAME: connect to it; what ssh thinks of the host key is in $work/err. Nobody is let in.
greet() {
  status=0
  timeout 60 ssh -v -F none -o ProxyCommand="$work/sshd" -o StrictHostKeyChecking=yes \
    -o UserKnownHostsFile="$work/known_hosts" -o GlobalKnownHostsFile=none -o BatchMode=yes \
    -o IdentityFile=none -o PreferredAuthentications=none "$1" true >"$work/out" 2>"$work/err" || status=$?
}

unshare --mount true 2>/dev/null || skip 'needs mount namespaces'
for type in ed25519 ecdsa rsa; do
  serve "$root/etc/ssh/ssh_host_${type}_key"
  for name in server.example.org SERVER; do
    greet "$name"
    expect_error 'is known and matches the '
    expect_error 'Permission denied'
  done
done
"$virt_ledger" known-hosts --hashed "$root" >"$work/known_hosts" 2>/dev/null
greet server
expect_error 'is known and matches the RSA host key'
greet stranger
expect_error 'Host key verification failed'

# Another key than those that were read is refused.
serve "$keys/two"
greet server
expect_error 'Host key verification failed'
