#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each configuration of tests/data/sshd_config is resolved for each user as the machine's own sshd resolves it
# (`sshd -T -C user=…`) with that directory for its /etc/ssh; those whose name begins with "bad-" both refuse.
# What we say hangs on the connection is compared with nothing.
. "$(dirname "$0")/../lib/story.sh"
requires unshare ssh-keygen sshd
requires_root
unshare -m true 2>/dev/null || skip 'needs mount namespaces'

data=$SOURCE/tests/data/sshd_config
ssh-keygen -q -t ed25519 -N '' -f "$work/key"

# sshd_says ETC USER: in a namespace of its own, where ETC is /etc.
sshd_says() {
  unshare -m bash -c 'mount --make-rprivate / && mount --bind "$1" /etc &&
    mount -t tmpfs none /run && mkdir /run/sshd && exec "$2" -T -C "user=$3,host=h,addr=192.0.2.1,laddr=192.0.2.2,lport=9,rdomain=r"' \
    - "$1" "$(command -v sshd)" "$2"
}

# comparable FILE: the lines about keywords that are compared, without those of keywords that hang on the connection.
comparable() {
  awk 'NR == FNR { known[$1] = 1; if ($2 == "?") unknown[$1] = 1; next } known[$1] && !unknown[$1]' "$work/keywords" "$1" | sort
}

# keywords are all that we tell of, which lists without a value leave out.
all_keywords() {
  printf '%s\n' allowgroups allowusers denygroups denyusers
  cat "$work/ours"
}

compared=0
for folder in "$data"/*/; do
  name=$(basename "$folder")
  rm -rf "$work/root" && mkdir -p "$work/root/etc"
  cp -a "$folder" "$work/root/etc/ssh"
  cp "$data/passwd" "$data/group" "$work/root/etc"
  cp "$work/key" "$work/root/etc/ssh/ssh_host_ed25519_key"
  for user in root alice bob carol; do
    theirs=0 ours=0
    sshd_says "$work/root/etc" "$user" >"$work/theirs" 2>"$work/theirs.err" || theirs=$?
    "$BUILD/tests/sshd-answers" "$work/root" "$user" >"$work/ours" 2>"$work/ours.err" || ours=$?
    if [ "$((theirs != 0))" -ne "$((ours != 0))" ]; then
      cat "$work/theirs.err" "$work/ours.err" >&2
      fail "$name for $user: sshd ends with $theirs, ours with $ours"
    fi
    [[ $name != bad-* ]] || [ "$ours" -ne 0 ] || fail "$name: nobody refuses it"
    [[ $name = bad-* ]] || [ "$ours" -eq 0 ] || fail "$name is refused"
    [ "$ours" -eq 0 ] || continue
    all_keywords >"$work/keywords"
    diff -u <(comparable "$work/theirs") <(comparable "$work/ours") || fail "$name for $user"
    compared=$((compared + 1))
  done
done
[ "$compared" -gt 100 ] || fail "only $compared were compared"
