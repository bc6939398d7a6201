# SPDX-License-Identifier: Apache-2.0
# Stories on one real Debian, which live/debian-guest makes for them.
story(live debian-guest)
story(live real-debian)
story(live agents)
story(live hostile-agents)
set_tests_properties(live/debian-guest PROPERTIES FIXTURES_SETUP debian TIMEOUT 600)
set_tests_properties(live/real-debian live/agents live/hostile-agents PROPERTIES FIXTURES_REQUIRED debian)

# And on one that cloud-init has set up, from which live/cloud-guest makes a template.
story(live cloud-guest)
story(live cloud-init)
story(live keys)
set_tests_properties(live/cloud-guest PROPERTIES FIXTURES_SETUP cloud FIXTURES_REQUIRED debian TIMEOUT 600)
set_tests_properties(live/cloud-init live/keys PROPERTIES FIXTURES_REQUIRED cloud)

# They boot guests without the help of hardware, and measure time: nothing else runs meanwhile.
set_tests_properties(live/agents live/hostile-agents PROPERTIES PROCESSORS 2)
