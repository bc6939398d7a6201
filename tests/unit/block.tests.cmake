# SPDX-License-Identifier: Apache-2.0
add_library(test_scratch STATIC unit/scratch.c)
target_link_libraries(test_scratch PUBLIC project_options PkgConfig::glib)

unit_test(device disk_block test_scratch)
unit_test(qcow2_header disk_block test_scratch)
unit_test(qcow2_tables disk_block test_scratch)
unit_test(qcow2 disk_block test_scratch)
unit_test(partition disk_block test_scratch)
unit_test(gpt disk_block test_scratch PkgConfig::zlib)
