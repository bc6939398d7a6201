# SPDX-License-Identifier: Apache-2.0
add_library(test_ssh_keys STATIC unit/ssh_keys.c)
target_link_libraries(test_ssh_keys PUBLIC ssh test_scratch)

unit_test(ssh_key test_ssh_keys)
unit_test(authorized_line ssh)
unit_test(private_key test_ssh_keys)
unit_test(host_keys test_tree test_ssh_keys)
