# SPDX-License-Identifier: Apache-2.0
fuzz_target(logins guest ssh)
fuzz_target(sshd_config guest ssh)
