# SPDX-License-Identifier: Apache-2.0
unit_test(request command)
unit_test(ssh_destination hypervisor)
unit_test(stderr_tail command)
unit_test(tally command)
unit_test(target command)
