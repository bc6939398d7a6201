#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The demo fleet has the faults that it was made with and no others, a second scan of it writes no fact, and the
# queries of README.md run over it.
. "$(dirname "$0")/../lib/story.sh"
requires qemu-img qemu-io mke2fs sfdisk debugfs sqlite3

"$SOURCE/tests/demo-fleet.sh" "$work/demo"
uri=test://$work/demo/node.xml
expect_status 2 "$virt_ledger" scan -c "$uri"

"$virt_ledger" query --format csv "SELECT severity, rule, domain FROM findings WHERE status = 'open' ORDER BY 1, 2, 3" |
  tail -n +2 | tr -d '\r' >"$work/findings"
diff -u - "$work/findings" <<EOF || fail 'the findings are not those that the fleet was made for'
high,host-key.duplicate,
high,image.format-mismatch,upload-1
high,machine-id.duplicate,
high,machine-id.duplicate,
high,machine-id.split,mail-1
high,template.carries-machine-id,debian12
info,guest.unreadable,upload-1
info,guest.unreadable,wiki-old
info,identity.duplicate,
info,identity.duplicate,
info,identity.duplicate,
info,identity.duplicate,
info,image.orphan,
low,authorized-key.ignored,build-1
medium,image.missing,wiki-old
medium,machine-id.malformed,build-1
medium,template.carries-host-keys,debian12
EOF
expect_row 'debian12 web-1 web-2 web-3' "SELECT group_concat(domain, ' ') FROM (SELECT domain FROM machine_ids
  WHERE machine_id = (SELECT machine_id FROM machine_ids WHERE domain = 'web-1') ORDER BY domain)"
expect_status 0 "$virt_ledger" list authorized-keys --key "$work/demo/keys/ben.pub" --format csv -o domain,user,effective
expect_equal "where Ben's key lets in" 'mail-1,root,1 web-3,root,1' "$(tail -n +2 "$work/out" | tr -d '\r' | xargs)"

# facts: everything in the ledger but the rows that say that there was a scan and an audit.
facts() {
  sqlite3 -readonly "$VIRT_LEDGER" .dump | grep -vE '^INSERT INTO (scan|audit|sqlite_sequence) '
}
facts >"$work/before"
sleep 1
expect_status 2 "$virt_ledger" scan -c "$uri"
facts | diff "$work/before" - || fail 'a second scan of the same fleet wrote facts'

# Each ```sql block of README.md is one file of queries.
awk -v folder="$work" '/^```sql$/ { number++; inside = 1; next } /^```$/ { inside = 0 }
  inside { print > (folder "/readme-" number ".sql") }' "$SOURCE/README.md"
[ -f "$work/readme-6.sql" ] || fail 'README.md has fewer than six queries'
for query in "$work"/readme-*.sql; do
  expect_status 0 "$virt_ledger" query --format csv -f "$query"
  [ "$(wc -l <"$work/out")" -gt 1 ] || fail "a query of README.md finds nothing: $(cat "$query")"
done
