# SPDX-License-Identifier: Apache-2.0
# Guest agents that are none: tests/lib/agent_server.c plays them, tests/lib/agent_shim.c puts them behind the
# domains of libvirt's test driver.
add_executable(fake-agents lib/agent_server.c lib/agent_modes.c)
target_link_libraries(fake-agents PRIVATE project_options PkgConfig::glib PkgConfig::jansson)
add_library(agent-shim MODULE lib/agent_shim.c)
target_link_libraries(agent-shim PRIVATE project_options PkgConfig::glib PkgConfig::jansson PkgConfig::libvirt ${CMAKE_DL_LIBS})
unit_test(agent_connection hypervisor PkgConfig::libvirt_qemu)
unit_test(event_loop hypervisor)
story(cli agents)
story(live keepalive)
