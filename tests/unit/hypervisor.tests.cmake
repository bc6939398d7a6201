# SPDX-License-Identifier: Apache-2.0
unit_test(domain_xml hypervisor)
unit_test(backing_name hypervisor)
unit_test(image_headers hypervisor)
unit_test(image_chains hypervisor)
unit_test(image_lock hypervisor test_scratch)
unit_test(domains hypervisor)
unit_test(connection hypervisor)
