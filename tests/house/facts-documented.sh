#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/facts.md has one table per shape of facts/, with exactly its keys and their types.
set -euo pipefail
cd "$SOURCE"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# "shape key type" lines, with a * where the key is required: from the field tables, whose names are those of
# the shapes, …
sed -nE -e 's/^static const struct field ([a-z_]+)_fields\[\].*/shape \1/p' \
  -e 's/^ *\{"([a-z_]+)", FIELD_([A-Z]+),.*required = true.*/\1 \L\2 */p; t' \
  -e 's/^ *\{"([a-z_]+)", FIELD_([A-Z]+),.*/\1 \L\2/p' facts/*.c |
  awk '$1 == "shape" { shape = $2; next } { print shape, $0 }' | sort >"$work/code"

# … and from the headings "### `shape`" and the rows "| `key` | type | …" of the document.
sed -nE -e 's/^#+ `([a-z_]+)`.*/shape \1/p' \
  -e 's/^\| `([a-z_]+)` \| ((text|octets|number|truth|list)( \*)?) \|.*/\1 \2/p' docs/facts.md |
  awk '$1 == "shape" { shape = $2; next } { print shape, $0 }' | sort >"$work/document"

[ "$(wc -l <"$work/code")" -gt 90 ]
diff -u "$work/code" "$work/document"

# Every word that facts/ defines for a status, state or kind is in the document, and the document's tables of
# such words (two columns, where keys have three) have no others.
sed -nE 's/^#define (IMAGE|GUEST|STATE|END|MARK|IDENTITY|ROAD|KEY_FILE|PUBLIC|LOGIN|SOURCE|CLOUD|SEED)_[A-Z_]+ +"([^"]*)".*/\2/p' facts/*.h | sort -u >"$work/words"
[ "$(wc -l <"$work/words")" -gt 40 ]
while read -r word; do
  grep -q "\`$word\`" docs/facts.md || { echo "docs/facts.md does not say what $word is"; exit 1; }
done <"$work/words"
awk -F'|' 'NF == 4 && $2 ~ /^ `/ && $3 ~ /[a-z]/ { print $2 }' docs/facts.md | grep -o '`[^`]*`' | tr -d '`' | sort -u |
  comm -23 - "$work/words" >"$work/unknown"
[ ! -s "$work/unknown" ] || { echo 'docs/facts.md has words that facts/ does not:'; cat "$work/unknown"; exit 1; }
