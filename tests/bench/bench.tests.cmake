# SPDX-License-Identifier: Apache-2.0
# What the benches compare with. tests/bench/run measures; nothing here is a test.
foreach(program bare_list floor)
  add_executable(bench-${program} bench/${program}.c)
  target_link_libraries(bench-${program} PRIVATE project_options PkgConfig::glib PkgConfig::libvirt)
endforeach()
