# SPDX-License-Identifier: Apache-2.0
# Stories on a real libvirt, real QEMU and real disks.
story(live demo-fleet)
story(live qemu-system)
story(live drivers)
story(live hostile-images)
story(live killed)
story(live disk-full)
