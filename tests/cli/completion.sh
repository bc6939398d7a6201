#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What shells offer, from the program and through the script for bash.
. "$(dirname "$0")/streams.sh"
take kvm1

# offers WORD…: what may come in place of the last one, in one line.
offers() {
  "$virt_ledger" complete -- "$@" | cut -f 1 | paste -sd ' '
}

verbs='scan hosts collect ingest list show known-hosts query diff audit accept watch db help'
expect_equal 'verbs' "$verbs" "$(offers '')"
expect_equal 'verbs behind an option' "$verbs" "$(offers --ledger x '')"
expect_equal 'verbs for help' "$verbs" "$(offers help '')"
expect_equal 'lists' "$(paste -sd ' ' <<<"hypervisors domains disks images interfaces filesystems
guests identities machine-ids identity-kinds host-keys authorized-keys accounts key-sources sshd
key-policies baselines cloud-init seeds seed-users seed-keys findings scans")" \
  "$(offers list d)"
expect_equal 'no second list' '' "$(offers list domains '')"
expect_equal 'formats' 'table json jsonl csv' "$(offers list domains --format '')"
expect_equal 'tasks' 'check backup migrate prune' "$(offers db '')"
expect_equal 'options' "$(paste -sd ' ' <<<"--columns --domain --key --as-of --bytes --format --no-headings --no-csv-guard
--ledger --quiet --verbose --no-color --help --version")" \
  "$(offers list domains -)"
# Names that a shell could take for something else are not offered.
expect_equal 'domains' 'busy db-1 golden lost split web-1 web-2' "$(offers show '')"
expect_equal 'domains, any number' 'busy db-1 golden lost split web-1 web-2' "$(offers known-hosts web-1 '')"
expect_equal 'domains for an option' 'busy db-1 golden lost split web-1 web-2' "$(offers list disks -d w)"
expect_equal 'scans for an option' '1' "$(offers list domains --as-of '')"
expect_equal 'scans' '1' "$(offers diff '')"
expect_equal 'files' '' "$(offers query --file '')"
offers audit --rule '' | grep -q machine-id.duplicate || fail 'rules are not offered'

# complete_bash WORD…: what bash offers in place of the last one.
complete_bash() {
  COMP_WORDS=("$virt_ledger" "$@")
  COMP_CWORD=$#
  COMPREPLY=()
  _virt_ledger "$virt_ledger"
  echo "${COMPREPLY[*]}"
}
. "$SOURCE/dist/virt-ledger.bash"
expect_equal 'bash: a verb' 'list' "$(complete_bash li)"
expect_equal 'bash: lists' 'domains disks' "$(complete_bash list d)"
expect_equal 'bash: a value behind =' 'json jsonl' "$(complete_bash list domains --format = js)"
expect_equal 'bash: every value behind =' 'table json jsonl csv' "$(complete_bash list domains --format =)"
expect_equal 'bash: an option' '--columns' "$(complete_bash list domains --col)"
