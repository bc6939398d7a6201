# SPDX-License-Identifier: Apache-2.0
fuzz_target(domain_xml hypervisor)
fuzz_target(image_header hypervisor disk_block)
