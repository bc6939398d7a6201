# SPDX-License-Identifier: Apache-2.0
unit_test(store_keys test_ledger)
