# SPDX-License-Identifier: Apache-2.0
add_executable(generate-stream bench/generate_stream.c)
target_link_libraries(generate-stream PRIVATE project_options PkgConfig::glib)
