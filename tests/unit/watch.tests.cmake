# SPDX-License-Identifier: Apache-2.0
unit_test(scan_lock test_ledger)
unit_test(event hypervisor)
