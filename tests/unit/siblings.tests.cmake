# SPDX-License-Identifier: Apache-2.0
unit_test(seed_volumes disk_inspect test_scratch)
unit_test(siblings test_tree test_scratch)
unit_test(seed_line hypervisor)
unit_test(leases hypervisor)
