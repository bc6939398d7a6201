#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Lists: tables for people, all columns for programs, one order for both.
. "$(dirname "$0")/streams.sh"
requires jq
take kvm1
expect_status 0 "$virt_ledger" ingest "$streams/kvm2.jsonl"

expect_status 0 "$virt_ledger" list domains -o name,hypervisor,state,vcpus,memory_kib
expect_lines 'domains' \
  'NAME                        HYPERVISOR         STATE    VCPUS MEMORY' \
  '=HYPERLINK("x","y")         qemu://kvm1/system shut off     1   512M' \
  'busy                        qemu://kvm1/system running      4     4G' \
  'db-1                        qemu://kvm1/system shut off    16    24G' \
  'evil\u{1b}[2J\u{202e}\u{9b} qemu://kvm1/system shut off     1   512M' \
  'golden                      qemu://kvm1/system shut off     1     1G' \
  'lost                        qemu://kvm1/system shut off     1   512M' \
  'mail                        qemu://kvm2/system shut off     2     2G' \
  'split                       qemu://kvm1/system shut off     1   512M' \
  'web-1                       qemu://kvm1/system shut off     2     2G' \
  'web-1                       qemu://kvm2/system shut off     2     2G' \
  'web-2                       qemu://kvm1/system shut off     2     2G'

expect_status 0 "$virt_ledger" list disks -d web-2 -o domain,target,virtual_size,allocated
expect_lines 'sizes' \
  'DOMAIN TARGET VIRTUAL_SIZE ALLOCATED' \
  'web-2  vda             20G      196K'
expect_status 0 "$virt_ledger" list disks -d web-2 -o domain,target,virtual_size,allocated --bytes --no-headings
expect_lines 'bytes' 'web-2  vda     21474836480    200704'

# A name may mean several domains, and then all of them.
expect_status 0 "$virt_ledger" list interfaces -d web-1 -d 10000000-0000-4000-8000-000000000003 --format csv -o domain,mac
expect_lines 'interfaces' domain,mac web-1,52:54:00:00:00:02 web-1,52:54:00:00:00:12 web-2,52:54:00:00:00:03
expect_status 0 "$virt_ledger" list images -d web-1 --format csv -o path --no-headings
expect_lines 'images of a domain' /srv/golden.qcow2 /srv/web-1.qcow2
expect_status 1 "$virt_ledger" list disks -d nobody
expect_error "there is no domain 'nobody'"

# Every list has the columns of its view, and every form the same rows.
for list in $("$virt_ledger" complete -- list '' | cut -f 1); do
  view=${list//-/_}
  case $list in
  host-keys) view=ssh_host_keys ;;
  sshd) view=sshd_configs ;;
  identity-kinds) continue ;; # a table of the program's
  esac
  expect_equal "columns of $list" \
    "$("$virt_ledger" query --format csv "SELECT * FROM $view" | head -n 1)" \
    "$("$virt_ledger" list "$list" --format csv | head -n 1)"
  rows=$("$virt_ledger" query --format csv --no-headings "SELECT count(*) FROM $view")
  expect_equal "json of $list" "$rows" "$("$virt_ledger" list "$list" --format json | jq length)"
  expect_equal "jsonl of $list" "$rows" "$("$virt_ledger" list "$list" --format jsonl | wc -l)"
  expect_equal "csv of $list" "$rows" "$("$virt_ledger" list "$list" --format csv --no-headings | wc -l)"
  "$virt_ledger" list "$list" >"$work/out"
  ! grep -n ' $' "$work/out" || fail "trailing blanks in the table of $list"
  expect_equal "table of $list" $((rows == 0 ? 0 : rows + 1)) "$(wc -l <"$work/out")"
  expect_equal "all columns of $list" "$("$virt_ledger" list "$list" --format csv -o all)" \
    "$("$virt_ledger" list "$list" --format csv)"
done

expect_equal 'types' '[21474836480,"qcow2",null]' \
  "$("$virt_ledger" list disks -d web-2 --format json | jq -c '.[0] | [.virtual_size, .format, .serial]')"
expect_equal 'octets' '["g�olden","Z/9vbGRlbg=="]' \
  "$("$virt_ledger" list images --format json |
    jq -c '.[] | select(.path == "/srv/odd.qcow2") | [.backing_path, .backing_path_base64]')"

# A list without a column is none.
for columns in '' ','; do
  expect_status 64 "$virt_ledger" list domains -o "$columns"
  expect_error "domains have no column ''"
done

# The kinds of identity are the program's own table, at any time and without a ledger.
expect_status 64 "$virt_ledger" list identity-kinds --as-of yesterday
expect_error '--as-of means nothing here'
expect_status 0 env VIRT_LEDGER="$work/missing.db" "$virt_ledger" list identity-kinds --format json
[ ! -e "$work/missing.db" ] || fail 'a ledger that nobody asked for'
expect_equal 'kinds' "$(grep -oE '^    \{"[a-z-]+"' "$SOURCE/facts/identity_kinds.c" | cut -d '"' -f 2 | sort)" \
  "$(jq -r '.[].kind' "$work/out")"
expect_equal 'a kind' '["/etc/nvme/hostnqn","high",true]' \
  "$(jq -c '.[] | select(.kind == "nvme-hostnqn") | [.path, .severity, (.consequence | length > 20)]' "$work/out")"
