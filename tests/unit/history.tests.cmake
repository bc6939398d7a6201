# SPDX-License-Identifier: Apache-2.0
unit_test(store_moment store)

add_library(test_ledger_life STATIC unit/ledger_life.c)
target_link_libraries(test_ledger_life PUBLIC test_ledger)

foreach(name as_of diff prune)
  unit_test(store_${name} test_ledger_life)
endforeach()
