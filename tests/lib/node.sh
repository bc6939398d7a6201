# SPDX-License-Identifier: Apache-2.0
# Domains for the node files of libvirt's test driver; needs lib/images.sh.

# node_domain NAME FORMAT IMAGE [SEED]: one that is shut off, with this image as its disk, and SEED in its drive.
node_domain() {
  local drive=
  [ -z "${4:-}" ] || drive="<disk type=\"file\" device=\"cdrom\">
      <driver name=\"qemu\" type=\"raw\"/><source file=\"$4\"/><target dev=\"sda\" bus=\"sata\"/><readonly/>
    </disk>"
  cat <<END
<domain type="test" xmlns:test="http://libvirt.org/schemas/domain/test/1.0">
  <name>$1</name><uuid>$(uuid_of "domain $1")</uuid><memory unit="MiB">512</memory>
  <os><type arch="x86_64">hvm</type></os>
  <devices>
    <disk type="file" device="disk">
      <driver name="qemu" type="$2"/><source file="$3"/><target dev="vda" bus="virtio"/>
    </disk>
    $drive
  </devices>
  <test:runstate>5</test:runstate>
</domain>
END
}
