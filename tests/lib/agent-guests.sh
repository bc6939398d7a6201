# SPDX-License-Identifier: Apache-2.0
# Guests that boot the kernel of lib/debian.sh and have a QEMU guest agent, for stories on a private libvirtd.

AGENT_CHANNEL="
  <controller type='virtio-serial'/>
  <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"

# console_xml NAME: what the guest says on its console goes to $work/NAME.console.
console_xml() {
  printf "<serial type='file'><source path='%s'/></serial>" "$work/$1.console"
}

# initramfs_new FILE FOLDER: an initramfs of FOLDER with tests/live/guest_init.c as its /init.
initramfs_new() {
  local file=$1 folder=$2
  mkdir -p "$folder"/{dev,run,system}
  gcc -static -O2 -Wall -Wextra -Werror -o "$folder/init" "$SOURCE/tests/live/guest_init.c"
  cp -r "$debian/modules" "$folder/"
  printf '/modules/%s.ko\n' "${DEBIAN_MODULES[@]}" >"$folder/modules/order"
  (cd "$folder" && find . -print0 | cpio --null --create --format=newc --quiet) >"$file"
}

# What its domain has besides: without ACPI there is no clock to go by but the TSC, which TCG cannot keep.
BOOT_FEATURES='<features><acpi/></features>'

# boot_xml INITRAMFS [WORDS]: what <os> holds to boot the kernel, with these words more on its command line.
boot_xml() {
  printf '<kernel>%s</kernel><initrd>%s</initrd><cmdline>%s</cmdline>' "$debian/vmlinuz" "$1" \
    "console=ttyS0 quiet mitigations=off clocksource=hpet no_timer_check random.trust_cpu=on ${2:-}"
}

# agent_ask NAME COMMAND [ARGUMENTS]: what its agent returns.
agent_ask() {
  local arguments=${3:-"{}"}
  virsh -q -c qemu:///system qemu-agent-command --timeout 30 "$1" \
    "{\"execute\":\"$2\",\"arguments\":$arguments}" | jq -c .return
}

# wait_for COMMAND…: until it succeeds.
wait_for() {
  for _ in $(seq 600); do
    if "$@" >/dev/null 2>&1; then
      return
    fi
    sleep 0.2
  done
  fail "in vain: $*"
}

# guest_begin NAME SCRIPT: begin to run it inside, as root; its number.
guest_begin() {
  agent_ask "$1" guest-exec "$(jq -cn --arg script "$2" '{path: "/bin/sh", arg: ["-ec", $script]}')" | jq .pid
}

# guest_run NAME SCRIPT: run it to its end, in which the agent is still there.
guest_run() {
  local name=$1 script=$2 number
  number=$(guest_begin "$name" "$script")
  for _ in $(seq 100); do
    case $(agent_ask "$name" guest-exec-status "{\"pid\":$number}" | jq 'if .exited then .exitcode else "runs" end') in
    0) return ;;
    '"runs"') sleep 0.1 ;;
    *) fail "in $name: $script" ;;
    esac
  done
  fail "in $name, without end: $script"
}
