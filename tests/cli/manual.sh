#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The manual has every verb, every option and every key of the configuration, and no others.
. "$(dirname "$0")/streams.sh"

manual=$SOURCE/docs/virt-ledger.1

# section VERB: its part of the manual.
section() {
  awk -v title=".Ss $1" '$0 == title { inside = 1; next } /^\.S[sh] / { inside = 0 } inside' "$manual"
}

# manual_options: long and short ones of the items of a section on standard input, sorted, one per line.
manual_options() {
  grep '^\.It Fl ' | grep -oE 'Fl [A-Za-z-]+' | sed 's/^Fl /-/' | sort
}

# program_options TITLE: the same of a help on standard input.
program_options() {
  sed -n "/^$1:/,/^\$/p" | grep -oE '^  (-[A-Za-z], |    )--[a-z-]+' | grep -oE -e '-[A-Za-z-]+' | sort
}

verbs=$("$virt_ledger" complete -- '' | cut -f 1)
expect_equal 'verbs' "$verbs" "$(sed -n '/^\.Sh VERBS/,/^\.Ss Options of/s/^\.Ss \([a-z-]*\)$/\1/p' "$manual")"
for verb in $verbs; do
  "$virt_ledger" help "$verb" >"$work/help"
  expect_equal "options of $verb" "$(program_options Options <"$work/help")" "$(section "$verb" | manual_options)"
done
expect_equal 'options of every verb' "$(program_options 'Options of every verb' <"$work/help")" \
  "$(section 'Options of every verb' | manual_options)"
for list in $("$virt_ledger" complete -- list '' | cut -f 1); do
  section list | tr ' ' '\n' | grep -qx "$list" || fail "the manual lacks the list $list"
done

# Keys of a section [TITLE] of the configuration, sorted, one per line: of the manual, of the example, of the program.
manual_keys() {
  awk -v title="[$1]" '/^\.It Li \[/ { inside = index($0, title) } inside' "$manual" |
    sed -n 's/^\.It Li \([a-z]\)/\1/p' | sed 's/ , /\n/g' | sort
}
example_keys() {
  awk -v title="[${1% NAME}" '/^#?\[/ { inside = index($0, title) } inside' "$SOURCE/dist/virt-ledger.conf" |
    sed -n 's/^#\([a-z-]*\) = .*/\1/p' | sort -u
}
program_keys() {
  printf '[%s]\nno-key-of-ours = 1\n' "$1" >"$work/keys.conf"
  VIRT_LEDGER_CONFIG=$work/keys.conf expect_status 1 "$virt_ledger" hosts
  sed -n 's/.*allowed: //p' "$work/err" | sed 's/, /\n/g' | sort
}
for section in ledger scan audit 'hypervisor NAME' 'keys NAME' 'shared-host-keys NAME'; do
  program_keys "$section" >"$work/keys"
  [ -s "$work/keys" ] || fail "[$section] has no keys"
  expect_equal "keys of [$section] in the manual" "$(<"$work/keys")" "$(manual_keys "$section")"
  expect_equal "keys of [$section] in the example" "$(<"$work/keys")" "$(example_keys "$section")"
done

requires mandoc
# That other manuals are not installed here is not our fault.
expect_equal 'mandoc' '' "$(mandoc -T lint "$manual" 2>&1 | grep -v 'outdated mandoc.db\|referenced manual not found' || true)"
