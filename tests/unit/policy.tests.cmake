# SPDX-License-Identifier: Apache-2.0
unit_test(policy command test_ledger test_scratch)
