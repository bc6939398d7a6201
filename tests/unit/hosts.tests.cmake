# SPDX-License-Identifier: Apache-2.0
unit_test(ssh_destination hypervisor)
unit_test(tally command)
