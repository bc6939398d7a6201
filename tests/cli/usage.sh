#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a person sees who types something, or something wrong.
. "$(dirname "$0")/streams.sh"

expect_status 64 "$virt_ledger"
expect_error 'Verbs:'
expect_status 0 "$virt_ledger" --help
expect_status 0 "$virt_ledger" help
cp "$work/out" "$work/help"
expect_status 0 "$virt_ledger" -h
expect_equal 'help and -h' "$(<"$work/help")" "$(<"$work/out")"

# Every verb of the list teaches, however it is asked.
verbs=$(sed -n '/^Verbs:/,/^$/s/^  \([a-z-]*\) .*/\1/p' "$work/help")
expect_equal 'verbs' 'scan hosts collect ingest list show known-hosts query diff audit accept watch db help' "$(paste -sd ' ' <<<"$verbs")"
for verb in $verbs; do
  expect_status 0 "$virt_ledger" help "$verb"
  cp "$work/out" "$work/help"
  grep -q "^Usage: virt-ledger $verb" "$work/help" || fail "$verb has no usage line"
  for asked in "$verb --help" "--help $verb" "$verb -h"; do
    expect_status 0 run "$asked"
    expect_equal "$asked" "$(<"$work/help")" "$(<"$work/out")"
  done
  [ "$verb" = help ] || grep -q '^Examples:' "$work/help" || fail "$verb has no example"
done

expect_status 0 "$virt_ledger" --version
expect_lines 'version' 'virt-ledger 0.1.0'
expect_status 0 "$virt_ledger" list -V
expect_lines 'version behind a verb' 'virt-ledger 0.1.0'

# wrong HINT ARGUMENT…: a usage error of two lines, which says so.
wrong() {
  local hint=$1
  shift
  expect_status 64 "$virt_ledger" "$@"
  expect_error "$hint"
  expect_equal "lines of $*" 2 "$(wc -l <"$work/err")"
  [ ! -s "$work/out" ] || fail "output of $*"
}

wrong "there is no verb 'lst'; did you mean 'list'?" lst
wrong "there is no verb 'frobnicate'" frobnicate
wrong "there is no verb 'complet'" complet
wrong 'WHAT is missing' list
wrong "'b' is one argument too many" show a b
wrong 'there is no option --colums; did you mean --columns?' list domains --colums=name
wrong 'there is no option -x' list domains -x
wrong '-o wants a value: LIST' list domains -o
wrong "--format: 'xml' is none of table, json, jsonl, csv" list domains --format xml
wrong "--timeout: 'soon' is not a whole number" query 'SELECT 1' --timeout soon
wrong "there is no list of 'domans'; did you mean 'domains'?" list domans
wrong "domains have no column 'uid'; did you mean 'uuid'?" list domains -o name,uid
wrong 'scans do not belong to a domain' list scans -d web-1
wrong 'give either SQL or --file' query
wrong 'give either SQL or --file' query 'SELECT 1' --file x.sql
wrong "'vacuum' is none of check, backup, migrate" db vacuum
wrong 'it takes a FILE' db backup
wrong "there is no verb 'x'" help x

# Global options are heard on both sides of the verb.
expect_status 1 "$virt_ledger" --ledger "$work/ledger/none.db" list domains
expect_error "there is no ledger at $work/ledger/none.db yet: run 'virt-ledger scan' first"
expect_status 1 "$virt_ledger" list domains --ledger "$work/ledger/none.db"
expect_error "$work/ledger/none.db"
for verb in 'show x' 'query SELECT' audit 'db check' 'db migrate' 'list scans'; do
  expect_status 1 run "$verb"
  expect_error "there is no ledger at $VIRT_LEDGER yet"
  [ ! -e "$VIRT_LEDGER" ] || fail "$verb made a ledger"
done

# The configuration names the ledger unless something nearer does.
printf '[ledger]\npath=%s\n' "$work/ledger/configured.db" >"$work/ours.conf"
expect_status 1 env -u VIRT_LEDGER VIRT_LEDGER_CONFIG="$work/ours.conf" "$virt_ledger" list domains
expect_error "$work/ledger/configured.db"
printf '[ledger]\nway=x\n' >"$work/ours.conf"
expect_status 1 env -u VIRT_LEDGER VIRT_LEDGER_CONFIG="$work/ours.conf" "$virt_ledger" list domains
expect_error "$work/ours.conf:2: there is no key 'way' in [ledger]"

# A mistyped verb cannot drive the terminal either.
expect_status 64 "$virt_ledger" $'li\e[2Jst'
expect_error 'li\u{1b}[2Jst'
