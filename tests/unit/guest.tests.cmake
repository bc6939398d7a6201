# SPDX-License-Identifier: Apache-2.0
add_library(test_tree STATIC unit/tree.c)
target_link_libraries(test_tree PUBLIC guest)

unit_test(machine_id test_tree)
unit_test(collectors test_tree)
unit_test(directory test_tree)
unit_test(idmap guest)
unit_test(twice reading)
unit_test(sandbox sandbox)
unit_test(sandbox_directory sandbox test_tree PkgConfig::seccomp)

add_executable(fake_reader unit/fake_reader.c)
target_link_libraries(fake_reader PRIVATE reader)
unit_test(reader_pool reader test_tree)
target_compile_definitions(unit-reader_pool PRIVATE FAKE_READER="$<TARGET_FILE:fake_reader>")
add_dependencies(unit-reader_pool fake_reader)

unit_test(reader_crew reader test_tree)
target_compile_definitions(unit-reader_crew PRIVATE FAKE_READER="$<TARGET_FILE:fake_reader>")
add_dependencies(unit-reader_crew fake_reader)

unit_test(reader reader test_tree)
target_compile_definitions(unit-reader PRIVATE REAL_READER="$<TARGET_FILE:virt-ledger-reader>")
add_dependencies(unit-reader virt-ledger-reader)

unit_test(reader_roads reader test_tree)
target_compile_definitions(unit-reader_roads PRIVATE REAL_READER="$<TARGET_FILE:virt-ledger-reader>")
add_dependencies(unit-reader_roads virt-ledger-reader)
