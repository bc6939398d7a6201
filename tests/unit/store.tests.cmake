# SPDX-License-Identifier: Apache-2.0
unit_test(shape facts)
unit_test(stream facts)

add_library(test_ledger STATIC unit/ledger_fixture.c)
target_link_libraries(test_ledger PUBLIC store)

foreach(name ledger migrate stream history hypervisors writers findings schema)
  unit_test(store_${name} test_ledger)
endforeach()
