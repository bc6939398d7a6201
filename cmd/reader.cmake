# SPDX-License-Identifier: Apache-2.0
add_executable(virt-ledger-reader virt_ledger_reader.c)
target_link_libraries(virt-ledger-reader PRIVATE sandbox guest disk_inspect)
set_target_properties(virt-ledger-reader PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
install(TARGETS virt-ledger-reader DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/virt-ledger)
