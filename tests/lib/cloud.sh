# SPDX-License-Identifier: Apache-2.0
# A Debian that cloud-init has set up: $cloud/cloud.raw, a disk as it is after its first boot from $cloud/seed.iso,
# with which keys and secrets stands in $cloud/seed; $cloud/chroot.raw, as it is after cloud-init ran in a chroot.
# Made by tests/live/cloud-guest.sh. Needs lib/debian.sh.

cloud_recipe=$(cat "$SOURCE"/tests/live/cloud-guest.sh "$SOURCE"/tests/lib/{cloud,debian,images,agent-guests}.sh | sha256sum)
cloud=$SOURCE/build-cache/cloud-${cloud_recipe:0:16}

# What must be found nowhere but in the guest and its seed.
CLOUD_SECRETS=(canary-password canary-plain-text canary-chpasswd canary-file-content canary-command)

requires_cloud() {
  [ -d "$cloud" ] || skip 'needs the Debian of live/cloud-guest'
}

# key_new FILE TYPE COMMENT [OPTION…]: an SSH key without passphrase.
key_new() {
  ssh-keygen -q -N '' -t "$2" -C "$3" "${@:4}" -f "$1"
}

# seed_new FOLDER ALICES_KEY DEFAULTS_KEY: the files of a NoCloud seed, and FOLDER.iso with them.
seed_new() {
  local folder=$1 alice default
  alice=$(cat "$2")
  default=$(cat "$3")
  mkdir -p "$folder"
  cat >"$folder/meta-data" <<END
instance-id: golden-1
local-hostname: golden
END
  cat >"$folder/user-data" <<END
#cloud-config
ssh_authorized_keys:
  - $default
users:
  - default
  - name: alice
    groups: [adm]
    shell: /bin/bash
    lock_passwd: false
    plain_text_passwd: canary-plain-text
    ssh_authorized_keys:
      - $alice
  - name: bob
    shell: /bin/bash
    passwd: \$6\$canary-password\$abcdefghijklmnopqrstuvwxyz
chpasswd:
  expire: false
  list: |
    root:canary-chpasswd
write_files:
  - path: /root/token
    content: canary-file-content
runcmd:
  - [sh, -c, "true canary-command"]
power_state:
  mode: poweroff
END
  genisoimage -quiet -V cidata -J -r -o "$folder.iso" "$folder/meta-data" "$folder/user-data"
}
