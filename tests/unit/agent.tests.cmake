# SPDX-License-Identifier: Apache-2.0
add_library(test_agent STATIC unit/agent_guest.c)
target_link_libraries(test_agent PUBLIC agent guest)

unit_test(agent_reply agent)
unit_test(agent test_agent)

unit_test(agent_peer test_agent test_scratch reader)
target_compile_definitions(unit-agent_peer PRIVATE REAL_READER="$<TARGET_FILE:virt-ledger-reader>")
add_dependencies(unit-agent_peer virt-ledger-reader)
