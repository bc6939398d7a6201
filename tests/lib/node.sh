# SPDX-License-Identifier: Apache-2.0
# Domains for the node files of libvirt's test driver; needs lib/images.sh.

# node_domain NAME FORMAT IMAGE: one that is shut off, with this image as its disk.
node_domain() {
  cat <<END
<domain type="test" xmlns:test="http://libvirt.org/schemas/domain/test/1.0">
  <name>$1</name><uuid>$(uuid_of "domain $1")</uuid><memory unit="MiB">512</memory>
  <os><type arch="x86_64">hvm</type></os>
  <devices>
    <disk type="file" device="disk">
      <driver name="qemu" type="$2"/><source file="$3"/><target dev="vda" bus="virtio"/>
    </disk>
  </devices>
  <test:runstate>5</test:runstate>
</domain>
END
}
