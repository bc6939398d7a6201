# SPDX-License-Identifier: Apache-2.0
add_library(test_tree STATIC unit/tree.c)
target_link_libraries(test_tree PUBLIC guest)

unit_test(machine_id test_tree)
unit_test(collectors test_tree)
unit_test(directory test_tree)
unit_test(sandbox sandbox)

add_executable(fake_reader unit/fake_reader.c)
target_link_libraries(fake_reader PRIVATE reader)
unit_test(reader_pool reader test_tree)
target_compile_definitions(unit-reader_pool PRIVATE FAKE_READER="$<TARGET_FILE:fake_reader>")
add_dependencies(unit-reader_pool fake_reader)

unit_test(reader reader test_tree)
target_compile_definitions(unit-reader PRIVATE REAL_READER="$<TARGET_FILE:virt-ledger-reader>")
add_dependencies(unit-reader virt-ledger-reader)
