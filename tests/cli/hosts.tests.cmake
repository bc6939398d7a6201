# SPDX-License-Identifier: Apache-2.0
story(cli fleet)
story(cli hosts)
# Hosts that hang, each with a deadline: beside other tests it would be late.
set_tests_properties(cli/fleet PROPERTIES RUN_SERIAL ON)
