# SPDX-License-Identifier: Apache-2.0
unit_test(config command)
unit_test(escape command)
unit_test(host_name command)
unit_test(options command)
unit_test(output command)
