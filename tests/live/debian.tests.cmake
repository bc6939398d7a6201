# SPDX-License-Identifier: Apache-2.0
# Stories on one real Debian, which live/debian-guest makes for them.
story(live debian-guest)
story(live real-debian)
story(live agents)
story(live hostile-agents)
set_tests_properties(live/debian-guest PROPERTIES FIXTURES_SETUP debian TIMEOUT 600)
set_tests_properties(live/real-debian live/agents live/hostile-agents PROPERTIES FIXTURES_REQUIRED debian)
# They boot guests without the help of hardware, and measure time: nothing else runs meanwhile.
set_tests_properties(live/agents live/hostile-agents PROPERTIES PROCESSORS 2)
