# SPDX-License-Identifier: Apache-2.0
add_library(test_fleet STATIC unit/fleet.c)
target_link_libraries(test_fleet PUBLIC audit test_scratch)

unit_test(rules test_fleet)
unit_test(rules_found test_fleet)
unit_test(audit test_fleet)
