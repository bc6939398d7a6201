#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Keys that we call effective log in at a real sshd, and the others do not: one user for each way a key can lie there.
# The sshd runs in namespaces of its own, with an /etc and a /home made for it, on a loopback that nobody else sees.
. "$(dirname "$0")/../lib/story.sh"
requires unshare ssh ssh-keygen sshd ip
requires_root
unshare -m -n true 2>/dev/null || skip 'needs mount and network namespaces'

root=$work/root
key=$work/key

# enter COMMAND…: in namespaces where the tree is /etc and /home.
enter() {
  unshare -m -n bash -c 'mount --make-rprivate / && mount --bind "$1/etc" /etc && mount --bind "$1/home" /home &&
    mount -t tmpfs none /run && mkdir /run/sshd && ip link set lo up && shift && exec "$@"' - "$root" "$@"
}

# user NAME LINE [HASH]: a user whose file has that line; the home is in $home, the file in $file.
next_uid=1000
user() {
  next_uid=$((next_uid + 1))
  home=$root/home/$1 file=$root/home/$1/.ssh/authorized_keys
  echo "$1:x:$next_uid:$next_uid::/home/$1:/bin/sh" >>"$root/etc/passwd"
  echo "$1:x:$next_uid:" >>"$root/etc/group"
  echo "$1:${3:-*}:19000::::::" >>"$root/etc/shadow"
  mkdir -p "$home/.ssh"
  printf '%s\n' "$2" >"$file"
  chown -R "$next_uid:$next_uid" "$home"
  chmod 700 "$home/.ssh"
}

mkdir -p "$root"/{etc/ssh,home,bin,usr/sbin}
chmod 755 "$work" "$root" "$root/etc" "$root/home"
install -m 755 /dev/null "$root/bin/sh"
install -m 755 /dev/null "$root/usr/sbin/sshd"
echo 'root:x:0:0::/root:/bin/sh' >"$root/etc/passwd"
echo 'sshd:x:100:65534::/run/sshd:/usr/sbin/nologin' >>"$root/etc/passwd"
echo 'root:x:0:' >"$root/etc/group"
: >"$root/etc/shadow"
cp /etc/os-release "$root/etc/os-release"
ssh-keygen -q -t ed25519 -N '' -C '' -f "$key"
ssh-keygen -q -t ecdsa -N '' -C '' -f "$work/other"
ssh-keygen -q -t ed25519 -N '' -f "$root/etc/ssh/ssh_host_ed25519_key"
public=$(sed 's/ *$//' "$key.pub")
other=$(sed 's/ *$//' "$work/other.pub")
cat >"$root/etc/ssh/sshd_config" <<END
ListenAddress 127.0.0.1
DenyUsers denied
AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/keys/%u
Match User pubkey-off
  PubkeyAuthentication no
Match Group by-group
  AuthorizedKeysFile none
Match User types
  PubkeyAcceptedAlgorithms ecdsa-*
END

user plain "$public"
user comment "$public somebody"
user crlf "$public"$'\r'
user blanks $' \t'"$public"
user tab "${public/ /$'\t'}"
user options "no-pty,from=\"127.0.0.0/8\",command=\"true\" $public"
user bad-option "nonsense $public"
user twice-option "command=\"a\",command=\"b\" $public"
user open-quote "command=\"true $public"
user expired "expiry-time=\"20200101\" $public"
user expires-later "expiry-time=\"29990101\" $public"
user two-sets "expiry-time=\"20200101\" $public"$'\n'"no-pty $public"
user authority "cert-authority $public"
user malformed "${public%???????}"
user glued "$public$public"
user principals "principals=\"x\" $public"
user behind-nul "x"
printf 'x\0\n%s\n' "$public" >"$file"
user long "environment=\"A=$(printf '%08000d' 0)\" $public"
user no-newline ''
printf '%s' "$public" >"$file"
user denied "$public"
user pubkey-off "$public"
user by-group "$public"
user types "$public"
user locked "$public" '!'
user locked-hash "$public" '!$6$salt$hash'
user account-expired "$public"
sed -i 's/^\(account-expired:\*:19000\):.*/\1:::::19001:/' "$root/etc/shadow"
user no-shell "$public"
sed -i '/^no-shell:/s,/bin/sh,/bin/none,' "$root/etc/passwd"
user file-writable "$public"
chmod 666 "$file"
user file-group "$public"
chmod 664 "$file"
user folder-writable "$public"
chmod 777 "$home/.ssh"
user home-writable "$public"
chmod 777 "$home"
user other-owner "$public"
chown 1001 "$file"
user root-owner "$public"
chown root "$file"
user not-readable "$public"
chown root "$file"
chmod 600 "$file"
user not-searchable "$public"
chown root "$home/.ssh"
user linked "$public"
mv "$file" "$home/keys"
ln -s ../keys "$file"
user linked-out "$public"
mkdir -m 777 "$root/home/open"
mv "$file" "$root/home/open/keys"
ln -s /home/open/keys "$file"
user elsewhere "$other"
mkdir "$root/etc/ssh/keys"
echo "$public" >"$root/etc/ssh/keys/elsewhere"
user second-file ''
mv "$file" "${file}2"
echo "$public" >"${file}2"

"$BUILD/tests/login-verdicts" "$root" >"$work/verdicts"

# Inside: one sshd, one attempt for each user.
cat >"$work/attempts" <<'END'
key=$1 work=$2
shift 2
"$(command -v sshd)" -D -E "$work/sshd.log" &
sshd=$!
trap 'kill $sshd' EXIT
for _ in $(seq 100); do
  grep -q 'listening' "$work/sshd.log" 2>/dev/null && break
  sleep 0.1
done
for user; do
  if ssh -F none -i "$key" -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=no \
    -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "$user@127.0.0.1" true </dev/null 2>/dev/null; then
    echo "$user 1"
  else
    echo "$user 0"
  fi
done
END
mapfile -t users < <(awk -F: '$3 > 1000 && $3 < 60000 { print $1 }' "$root/etc/passwd")
enter bash "$work/attempts" "$key" "$work" "${users[@]}" >"$work/logged-in"

# A login needs one effective entry of the key; an authority lets in no key of its own.
awk 'NR == FNR { if ($2 == 1 && $1 != "authority") yes[$1] = 1; next } { print $1, yes[$1] + 0 }' \
  "$work/verdicts" "$work/logged-in" >"$work/expected"
diff -u "$work/expected" "$work/logged-in" || { cat "$work/sshd.log" "$work/verdicts" >&2; fail 'sshd (+) decides otherwise'; }
[ "$(grep -c ' 1$' "$work/logged-in")" -gt 12 ] || fail 'hardly anybody could log in'
[ "$(grep -c ' 0$' "$work/logged-in")" -gt 20 ] || fail 'hardly anybody was kept out'
expect_equal 'keys whose fate is unknown' 0 "$(grep -c ' -1 ' "$work/verdicts" || true)"
