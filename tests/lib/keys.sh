# SPDX-License-Identifier: Apache-2.0
# Guests with keys, as lines of a stream of facts: real keys, made by ssh-keygen.

# make_key TYPE FILE [OPTION…]: a key pair without a passphrase.
make_key() {
  ssh-keygen -q -N '' -t "$1" -f "$2" "${@:3}" </dev/null
}

# fingerprint_of FILE: of a public key.
fingerprint_of() {
  ssh-keygen -l -f "$1" | cut -d ' ' -f 2
}

# host_key FILE [JQ]: the host_key of a guest that has this private key, changed by a filter.
host_key() {
  local type blob comment
  read -r type blob comment <"$1.pub"
  jq -cn --arg path "/etc/ssh/${1##*/}" --arg type "$type" --arg blob "$blob" --arg comment "$comment" \
    --arg fingerprint "$(fingerprint_of "$1.pub")" --argjson bits "$(ssh-keygen -l -f "$1.pub" | cut -d ' ' -f 1)" \
    '{path: $path, state: "ok", algorithm: $type, bits: $bits, fingerprint: $fingerprint, public_key: $blob,
      has_private: true, safe: true, mode: 384, public_state: "matches"} | '"${2:-.}"
}

# authorized_key USER LINE FILE [JQ]: the authorized_key of a line that holds this public key.
authorized_key() {
  local type comment
  read -r type _ comment <"$3"
  jq -cn --arg user "$1" --argjson line "$2" --arg type "$type" --arg comment "$comment" \
    --arg fingerprint "$(fingerprint_of "$3")" --argjson bits "$(ssh-keygen -l -f "$3" | cut -d ' ' -f 1)" \
    '{user: $user, key_file: "/home/\($user)/.ssh/authorized_keys", entry: "\($fingerprint) \($line)", line: $line,
      uid: 1000, algorithm: $type, bits: $bits, fingerprint: $fingerprint, cert_authority: false, comment: $comment,
      effective: true} | '"${4:-.}"
}

# stream_head HOST: the first lines of a stream of a hypervisor.
stream_head() {
  jq -cn --arg host "$1" --argjson at "${VIRT_LEDGER_CLOCK:-1700000000}" \
    '{kind: "collection", version: 3, tool: "virt-ledger 0.1.0", uri: "qemu+ssh://\($host)/system", at: $at},
     {kind: "hypervisor", driver: "QEMU", hostname: $host, scope: "system"}'
}

# stream_guest NUMBER NAME ROOT [DOMAIN]: a domain that is shut off, and its guest with one root; both are JSON objects
# that are added to what every domain or root has.
stream_guest() {
  jq -cn --arg number "$1" --arg name "$2" --slurpfile root <(echo "$3") --slurpfile domain <(echo "${4:-"{}"}") \
    '$root[0] as $root | ("30000000-0000-4000-8000-" + ("00000000000\($number)" | .[-12:])) as $uuid
     | {kind: "domain", uuid: $uuid, name: $name, state: "shut off", status: "ok"} + $domain[0],
       {kind: "guest", domain: $uuid, road: ($root.road // "disk"), status: "ok",
        roots: [{root: "vda1", status: "ok"} + ($root | del(.road))]}'
}

# stream_end DOMAINS: the last line.
stream_end() {
  jq -cn --argjson count "$1" '{kind: "end", status: "complete", domains: $count, images: 0, guests: $count}'
}
