#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The user's SQL: typed, several statements, and unable to do anything but read.
. "$(dirname "$0")/streams.sh"
take kvm1

expect_status 0 "$virt_ledger" query "SELECT name, vcpus FROM domains WHERE vcpus > 2 ORDER BY name"
expect_lines 'a table' 'NAME VCPUS' 'busy     4' 'db-1    16'

expect_status 0 "$virt_ledger" query --format json "SELECT 1 AS a, 0.5 AS b, 'x' AS c, NULL AS d, x'00ff' AS e, 2 AS a"
expect_lines 'types' '[' \
  '{"a":1,"b":0.5,"c":"x","d":null,"e":"��","e_base64":"AP8=","a_2":2}' ']'

cat >"$work/two.sql" <<'EOF'
-- Two questions.
SELECT count(*) AS domains FROM domains;
SELECT count(*) AS images FROM images; -- and nothing more
EOF
expect_status 0 "$virt_ledger" query -f "$work/two.sql" --format csv
expect_lines 'two results as CSV' domains 9 '' images 7
expect_status 0 "$virt_ledger" query --format json --file=- <"$work/two.sql"
expect_lines 'two results as JSON' '[' '[' '{"domains":9}' '],' '[' '{"images":7}' ']' ']'
expect_status 0 "$virt_ledger" query --format jsonl -f "$work/two.sql"
expect_lines 'two results as JSON Lines' '{"domains":9}' '{"images":7}'
expect_status 0 "$virt_ledger" query -f "$work/two.sql"
expect_lines 'two tables' DOMAINS '      9' '' IMAGES '     7'

# The last statement's mistake is known before the first one prints.
expect_status 1 "$virt_ledger" query 'SELECT 1; SELECT nonsense'
expect_error 'statement 2: no such column: nonsense'
[ ! -s "$work/out" ] || fail 'printed before all was understood'
expect_status 64 "$virt_ledger" query ' -- nothing'

# Not the smallest change, neither here nor in another file.
cp "$VIRT_LEDGER" "$work/before"
for sql in "DELETE FROM domain" "UPDATE domain SET uuid = uuid" "INSERT INTO note VALUES (1, 'a', 'b')" \
  "DROP VIEW domains" "CREATE TABLE t (a)" "CREATE TEMP TABLE t (a)" "ATTACH '$work/other.db' AS o" \
  "VACUUM INTO '$work/other.db'" "VACUUM" "PRAGMA user_version = 9" "PRAGMA query_only = 0" "BEGIN IMMEDIATE" \
  "SAVEPOINT s" "REINDEX" "ANALYZE" "SELECT load_extension('x')" "SELECT * FROM pragma_user_version" \
  "CREATE VIRTUAL TABLE v USING fts5(a)" "SELECT 1; DELETE FROM domain"; do
  expect_status 1 "$virt_ledger" query "$sql"
done
cmp "$VIRT_LEDGER" "$work/before" || fail 'a query changed the ledger'
[ ! -e "$work/other.db" ] || fail 'a query made a file'

# What never ends is ended, and its half output does not parse.
expect_status 1 "$virt_ledger" query --timeout 1 --format json \
  "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"
expect_error 'stopped after 1 s'

# JSON functions and recursion are for users, too.
expect_status 0 "$virt_ledger" query --format csv --no-headings "SELECT value FROM json_each('[1,2]')"
expect_lines 'json_each' 1 2
expect_status 1 "$virt_ledger" query -f "$work/none.sql"
expect_error "$work/none.sql: No such file or directory"
printf 'SELECT 1;\0SELECT 2' >"$work/nul.sql"
expect_status 1 "$virt_ledger" query -f "$work/nul.sql"
expect_error 'it is no text'

# SQLite makes in no time what would take minutes to print.
expect_status 1 "$virt_ledger" query --timeout 5 "SELECT hex(zeroblob(400000000))"
expect_error 'string or blob too big'
