# SPDX-License-Identifier: Apache-2.0
fuzz_target(ssh_key ssh)
fuzz_target(private_key ssh)
