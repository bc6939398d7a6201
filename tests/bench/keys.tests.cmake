# SPDX-License-Identifier: Apache-2.0
add_executable(bench-collectors bench/collectors.c)
target_link_libraries(bench-collectors PRIVATE guest disk_inspect)

# The reader, but for what it collects.
add_executable(bench-machine-id-reader ${CMAKE_SOURCE_DIR}/cmd/virt_ledger_reader.c bench/machine_id_only.c)
target_link_libraries(bench-machine-id-reader PRIVATE reading)
