#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Care for the ledger's file.
. "$(dirname "$0")/streams.sh"
take kvm1

expect_status 0 "$virt_ledger" db check
expect_error 'the ledger is sound; its schema is version'
expect_status 0 "$virt_ledger" db migrate

expect_status 0 "$virt_ledger" db backup "$work/ledger/copy.db"
expect_equal 'the copy' "$("$virt_ledger" list domains --format csv)" \
  "$("$virt_ledger" --ledger "$work/ledger/copy.db" list domains --format csv)"
expect_status 1 "$virt_ledger" db backup "$work/ledger/copy.db"
expect_error 'File exists'

# Damage is found, and said.
size=$(stat -c %s "$work/ledger/copy.db")
dd if=/dev/urandom of="$work/ledger/copy.db" bs=1 seek=$((size / 2)) count=4096 conv=notrunc status=none
expect_status 1 "$virt_ledger" --ledger "$work/ledger/copy.db" db check

# What is no ledger is left alone.
echo 'not a database, but long enough to be taken for one' >"$work/ledger/text.db"
for verb in 'db check' 'list domains' 'db migrate' "ingest $streams/kvm2.jsonl"; do
  expect_status 1 run "$verb" --ledger "$work/ledger/text.db"
done
ln -s "$VIRT_LEDGER" "$work/ledger/link.db"
expect_status 1 "$virt_ledger" --ledger "$work/ledger/link.db" list domains
expect_error 'symbolic link'
chmod o+w "$VIRT_LEDGER"
expect_status 1 "$virt_ledger" list domains
expect_error 'may be written by others'
