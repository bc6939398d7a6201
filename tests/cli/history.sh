#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Looking back: a fleet is scanned, changed and scanned again; what changed, what was, and forgetting it.
. "$(dirname "$0")/../lib/story.sh"
. "$SOURCE/tests/lib/images.sh"
requires qemu-img mke2fs sfdisk debugfs jq

# expect_lines WHAT LINE…: $work/out holds these lines.
expect_lines() {
  local what=$1
  shift
  printf '%s\n' "$@" | diff -u - "$work/out" || fail "$what"
}

# expect_error TEXT: $work/err holds it.
expect_error() {
  grep -qF -e "$1" "$work/err" || fail "no '$1' in: $(<"$work/err")"
}

# at TIME: let it be that time.
at() {
  VIRT_LEDGER_CLOCK=$(date -d "$1" +%s)
  export VIRT_LEDGER_CLOCK
}

# scan: the fleet as it is; that it has findings is no news.
scan() {
  expect_status 2 "$virt_ledger" scan -c "$uri"
}

# edit_domain NAME SED_SCRIPT: in the node file, in the part of that domain; D deletes it.
edit_domain() {
  awk -v name="<name>$1</name>" -v drop="$([ "$2" != D ] || echo 1)" '
    /<domain / { inside = 1; text = ""; found = 0 }
    inside { text = text $0 "\n"; if (index($0, name)) found = 1 }
    !inside { print }
    /<\/domain>/ {
      if (!found) printf "%s", text
      else if (!drop) printf "%s", text >>(FILENAME ".part")
      if (found) print "<!-- here -->"
      inside = 0
    }' "$node" >"$node.rest"
  [ "$2" = D ] || sed -i "$2" "$node.part"
  : >>"$node.part"
  awk -v part="$node.part" '/<!-- here -->/ { while ((getline line <part) > 0) print line; next } { print }' \
    "$node.rest" >"$node"
  rm "$node.part" "$node.rest"
}

# say_all [OPTION…]: what every view says, in an order of its own.
say_all() {
  local view everything=''
  for view in $("$virt_ledger" query --no-headings --format csv \
    "SELECT name FROM main.sqlite_schema WHERE type = 'view'" | tr -d '\r'); do
    everything+="SELECT '$view', * FROM $view; "
  done
  "$virt_ledger" query --format csv "$@" "$everything" | sort
}

export TZ=UTC
bash "$SOURCE/tests/demo-fleet.sh" "$work/fleet" >/dev/null
uri=test://$work/fleet/node.xml
node=$work/fleet/node.xml
images=$work/fleet/images

at '2026-02-28T22:00:00Z'
expect_status 1 "$virt_ledger" diff
expect_error 'there is no ledger'
scan
expect_status 1 "$virt_ledger" diff
expect_error 'there was no run before the last one'
"$virt_ledger" list domains --format csv >"$work/first.domains"
"$virt_ledger" list machine-ids --format csv >"$work/first.ids"
"$virt_ledger" list findings --format csv >"$work/first.findings"
"$virt_ledger" show dns-1 --format json >"$work/first.dns"
say_all >"$work/first.all"

# A guest gets another ID, one domain goes, one comes with a name that would drive a terminal, one gets a second disk and
# more memory, one is paused.
old=$(machine_id_of db-1)
new=$(machine_id_of 'db-2, renewed')
disk_write "$images/db-2.raw" /etc/machine-id "$new"
disk_write "$images/db-2.raw" /var/lib/dbus/machine-id "$new"
edit_domain dns-1 D
edit_domain mail-1 "s|<interface type=\"network\">|<disk type=\"file\" device=\"disk\"><driver name=\"qemu\" type=\"qcow2\"/>\
<source file=\"$images/forgotten.qcow2\"/><target dev=\"vdb\" bus=\"virtio\"/></disk>&|; s|>1024<|>2048<|"
edit_domain router-1 's|<test:runstate>1<|<test:runstate>3<|'
evil=$'new\u202e\u009b[2J'
awk -v name="$evil" -v uuid="$(uuid_of 'domain new')" '
  /<network>/ && !done {
    printf "<domain type=\"test\"><name>%s</name><uuid>%s</uuid><memory>1024</memory>", name, uuid
    print "<os><type>hvm</type></os></domain>"
    done = 1
  }
  { print }' "$node" >"$node.new"
mv "$node.new" "$node"
at '2026-03-02T02:00:00Z'
scan
say_all >"$work/second.all"
at '2026-03-02T12:00:00Z'

# What the last run changed, for people.
name=$("$virt_ledger" query --format csv --no-headings 'SELECT name FROM hypervisors' | tr -d '\r')
expect_status 0 "$virt_ledger" diff
expect_error 'scan 1 to 2: domains: 1 came, 1 went, 3 changed; findings: '
# Widths and the words of rules are no matter of this story.
grep -v finding "$work/out" | sed "s|$images|…|" | tr -s ' ' >"$work/text"
diff -u - "$work/text" <<END || fail 'the difference as text'
$name:
 ~ db-2
 ~ identity dbus-machine-id disk:vda1:/var/lib/dbus/machine-id value $old -> $new
 ~ identity machine-id disk:vda1:/etc/machine-id value $old -> $new
 - dns-1 shut off
 ~ mail-1
 ~ memory_kib 1G -> 2G
 + disk vdb …/forgotten.qcow2
 + new\u{202e}\u{9b}[2J running
 ~ router-1
 ~ state running -> paused

All hypervisors:
END
grep -q '^      - finding machine-id.duplicate\|^  - finding machine-id.duplicate' "$work/out" ||
  fail 'that the duplicate is resolved is not told'
! LC_ALL=C grep -q "$(printf '\033\\|\342\200\256')" "$work/out" || fail 'a name reached the terminal as it is'

# The same for programs, by scan, by time, from then to now; the columns are those of the manual.
expect_status 0 "$virt_ledger" diff -q --format json 1 2
[ ! -s "$work/err" ] || fail 'a quiet diff has a summary'
cp "$work/out" "$work/json"
for moments in 1 yesterday '2026-03-01 2026-03-02T02:00Z' '2026-02-28T22:00:00Z now'; do
  read -ra words <<<"$moments"
  expect_status 0 "$virt_ledger" diff --format json "${words[@]}"
  cmp "$work/out" "$work/json" || fail "the difference from $moments"
done
expect_status 0 "$virt_ledger" diff --format json '33h ago' '2026-03-02 02:00'
cmp "$work/out" "$work/json" || fail 'the difference from a time ago'
expect_equal 'the identity' "{\"what\":\"identity\",\"change\":\"changed\",\"hypervisor\":\"$name\",\"domain\":\"db-2\",\
\"uuid\":\"$(uuid_of 'domain db-2')\",\"item\":\"machine-id disk:vda1:/etc/machine-id\",\"field\":\"value\",\
\"before\":\"$old\",\"after\":\"$new\",\"scan_id\":2,\"at\":\"2026-03-02T02:00:00Z\"}" \
  "$(jq -c '.[] | select(.what == "identity")' "$work/json" | tail -n 1)"
expect_equal 'domains' '["dns-1","removed"] ["mail-1","changed"] ["new\u202e\u009b[2J","added"] ["router-1","changed"]' \
  "$(jq -ac '.[] | select(.what == "domain") | [.domain, .change]' "$work/json" | paste -sd ' ')"
expect_equal 'the state' '["state","running","paused"]' \
  "$(jq -c '.[] | select(.domain == "router-1") | [.field, .before, .after]' "$work/json")"
expect_status 0 "$virt_ledger" diff --format csv
expect_equal 'the columns' 'what,change,hypervisor,domain,uuid,item,field,before,after,scan_id,at' "$(head -n 1 "$work/out")"
expect_equal 'rows of CSV' "$(jq length "$work/json")" $(($(wc -l <"$work/out") - 1))
expect_status 0 "$virt_ledger" diff --format jsonl
expect_equal 'lines of JSON' "$(jq length "$work/json")" "$(wc -l <"$work/out")"
expect_status 0 "$virt_ledger" diff --format table
head -n 1 "$work/out" | grep -q '^WHAT *CHANGE *HYPERVISOR' || fail 'no table'

# What changes alone without meaning anything is told only when asked for.
! jq -r '.[].field' "$work/json" | grep -qx raw || fail "a file's bytes are told besides its value"
"$virt_ledger" diff -v --format json 2>/dev/null | jq -r '.[].field' | grep -qx raw || fail 'not even with --verbose'

# One domain, also one that is gone; a finding about several that names it; whether there is a difference at all.
expect_status 0 "$virt_ledger" diff -d dns-1 --format csv --no-headings
expect_equal 'the domain that went' "domain,removed,$name,dns-1" "$(head -n 1 "$work/out" | cut -d , -f 1-4)"
expect_status 0 "$virt_ledger" diff -d db-1 --format csv --no-headings
expect_equal 'the twin' 'finding,removed machine-id.duplicate' "$(cut -d , -f 1,2,6 "$work/out" | tr , ' ' | sed 's/ /,/')"
expect_status 0 "$virt_ledger" diff -d web-1
[ ! -s "$work/out" ] || fail 'a domain that is as it was has differences'
expect_error '0 came, 0 went, 0 changed'
expect_status 0 "$virt_ledger" diff --exit-code -d web-1
expect_status 2 "$virt_ledger" diff --exit-code
expect_status 0 "$virt_ledger" diff --exit-code 2 2
expect_status 1 "$virt_ledger" diff -d nobody
expect_error "there is no domain 'nobody', neither before nor after"

# Lists, domains and queries as they were.
for moment in 1 yesterday 2026-03-01T23:59:59Z '2026-02-28 22:00'; do
  expect_status 0 "$virt_ledger" list domains --format csv --as-of "$moment"
  diff "$work/first.domains" "$work/out" || fail "domains as of $moment"
done
expect_status 0 "$virt_ledger" list machine-ids --format csv --as-of 1
diff "$work/first.ids" "$work/out" || fail 'machine IDs as of the first scan'
expect_status 0 "$virt_ledger" list findings --format csv --as-of 1
diff "$work/first.findings" "$work/out" || fail 'findings as of the first scan'
expect_status 1 "$virt_ledger" show dns-1
expect_status 0 "$virt_ledger" show dns-1 --as-of 1 --format json
diff "$work/first.dns" "$work/out" || fail 'a domain that is gone today'
expect_status 1 "$virt_ledger" list disks -d dns-1
expect_status 0 "$virt_ledger" list disks -d dns-1 --as-of yesterday --format csv -o target --no-headings
expect_lines 'a disk that is gone' vda
expect_status 0 "$virt_ledger" query --as-of 1 --format csv --no-headings \
  "SELECT name FROM domains WHERE name = 'dns-1'; SELECT count(*) FROM main.domains WHERE name = 'dns-1'"
expect_lines 'both' dns-1 '' 0
expect_status 1 "$virt_ledger" query --as-of 1 'DROP VIEW temp.domains'
expect_error 'a query may only read'
expect_status 0 "$virt_ledger" list domains --format csv --as-of 2
diff <("$virt_ledger" list domains --format csv) "$work/out" || fail 'domains as of the newest scan'

# And every view there is.
say_all --as-of 1 | diff "$work/first.all" - || fail 'a view as of the first scan'
say_all --as-of 2 | diff "$work/second.all" - || fail 'a view as of the newest scan'

# Moments that are none, and why.
expect_status 1 "$virt_ledger" list domains --as-of 3
expect_error 'there is no scan 3; the newest is 2'
expect_status 1 "$virt_ledger" list domains --as-of 2026-03-03
expect_error '2026-03-03T00:00:00Z is in the future'
expect_status 1 "$virt_ledger" show web-1 --as-of 2025-12-31
expect_error 'before the first scan, which is of 2026-02-28T22:00:00Z'
expect_status 64 "$virt_ledger" query --as-of whenever 'SELECT 1'
expect_error "'whenever' is neither a scan's number nor a time"
expect_status 64 "$virt_ledger" diff 1 2 3
expect_status 1 "$virt_ledger" diff 2 1
expect_error 'name the earlier one first'
# Both are scan 2, with another audit after it.
expect_status 2 "$virt_ledger" audit
expect_status 0 "$virt_ledger" diff 2026-03-02T02:00Z now
expect_status 1 "$virt_ledger" diff now 2026-03-02T02:00Z
expect_error 'name the earlier one first'

# Forgetting: counted first, done when it is meant, and never what is current.
now() { "$virt_ledger" query --format csv "SELECT * FROM domains; SELECT * FROM identities; SELECT * FROM machine_ids;
  SELECT * FROM guests; SELECT * FROM images; SELECT * FROM findings WHERE status = 'open'"; }
now >"$work/now"
cp "$VIRT_LEDGER" "$work/before"
expect_status 64 "$virt_ledger" db prune
expect_error '--before is missing'
expect_status 64 "$virt_ledger" db check --before 2
expect_status 0 "$virt_ledger" db prune --before 2 --dry-run
cp "$work/out" "$work/counts"
grep -q '^domain_fact  *[1-9]' "$work/counts" || fail "no facts of domains would go: $(<"$work/counts")"
expect_status 1 "$virt_ledger" db prune --before now </dev/null
expect_error 'say --yes'
cmp "$VIRT_LEDGER" "$work/before" || fail 'counting changed the ledger'
expect_status 0 "$virt_ledger" db prune --before '2025-12-31' --yes
expect_error 'nothing to remove'
expect_status 0 "$virt_ledger" db prune --before 2 --yes --vacuum
diff "$work/counts" "$work/out" || fail 'more or less went than was counted'
expect_error "$(awk '/^total/ { print $2 }' "$work/counts") rows were removed"
expect_status 0 "$virt_ledger" db check
now | diff "$work/now" - || fail 'what is current has changed'
[ "$(stat -c %s "$VIRT_LEDGER")" -le "$(stat -c %s "$work/before")" ] || fail 'the file has not become smaller'
expect_row 0 "SELECT count(*) FROM domain_fact WHERE name = 'dns-1'"
expect_row 2026-02-28T22:00:00Z "SELECT first_seen FROM domains WHERE name = 'mail-1'"
expect_status 1 "$virt_ledger" list domains --as-of 1
expect_error 'the history before scan 2 was pruned'
expect_status 1 "$virt_ledger" diff 1
expect_status 0 "$virt_ledger" db prune --before 2 --yes
expect_error 'nothing had ended by scan 2'

# Room that an earlier run left is given back by a later one, too, which has nothing to remove.
size() { stat -c %s "$VIRT_LEDGER"; }
cp "$work/before" "$work/ledger/again.db"
VIRT_LEDGER=$work/ledger/again.db
expect_status 0 "$virt_ledger" db prune --before 2 --yes
left=$(size)
expect_status 0 "$virt_ledger" db prune --before 2 --vacuum --dry-run
expect_equal 'the size after counting' "$left" "$(size)"
expect_status 0 "$virt_ledger" db prune --before 2 --vacuum
[ "$(size)" -lt "$left" ] || fail 'the file has not become smaller'
VIRT_LEDGER=$work/ledger/ledger.db
at '2026-03-03T02:00:00Z'
scan
expect_status 0 "$virt_ledger" diff
[ ! -s "$work/out" ] || fail "a scan after pruning finds differences: $(<"$work/out")"

# Keys, accounts, cloud-init and what it was told, from collectors elsewhere: all of it as it was, and what changed of it.
VIRT_LEDGER=$work/ledger/keys.db
for number in 1 2 3; do
  at "2026-04-0${number}T02:00:00Z"
  expect_status 0 "$virt_ledger" ingest "$SOURCE/tests/data/streams/keys-$number.jsonl"
  say_all >"$work/keys-$number.all"
done
for number in 1 2 3; do
  say_all --as-of "$number" | diff "$work/keys-$number.all" - || fail "keys as of scan $number"
done
expect_status 0 "$virt_ledger" diff --format csv --no-headings -d web 1 2
cut -d , -f 1,2,6-9 "$work/out" | sed -e 's/\r$//' -e 's/\(SHA256:.\)[A-Za-z]*/\1/g' >"$work/text"
diff -u - "$work/text" <<'END' || fail 'what changed of keys'
sshd,changed,disk:vda1,pubkey_authentication,yes,no
host-key,changed,disk:vda1:/etc/ssh/ssh_host_ed25519_key,fingerprint,SHA256:A,SHA256:B
account,added,ada disk:vda1,,,uid 1000
authorized-key,added,root disk:vda1:/root/.ssh/authorized_keys SHA256:x,,,expired
key-source,removed,disk:vda1:TrustedUserCAKeys /etc/ssh/ca.pub,,unresolved-dynamic-source,
cloud-init,changed,disk:vda1,instance_id,i-1,i-11
cloud-init,changed,disk:vda1,failed,0,1
seed,changed,disk:volume vdb,instance_id,i-1,i-11
seed,changed,xml:smbios-serial,fetched_from,http://seeds.example/web/,http://seeds.example/other/
seed-user,added,ada disk:volume vdb,,,
END
expect_status 0 "$virt_ledger" db prune --before 3 --yes
grep -v ^scans, "$work/keys-3.all" | diff - <(say_all --as-of 3 | grep -v ^scans,) || fail 'pruning changed what is current'
expect_row 2026-04-01T02:00:00Z "SELECT since FROM authorized_keys WHERE comment = 'moved'"
expect_status 0 "$virt_ledger" db check
