# SPDX-License-Identifier: Apache-2.0
foreach(name claims gone roads)
  unit_test(store_${name} test_ledger)
endforeach()
