# SPDX-License-Identifier: Apache-2.0
unit_test(ext disk_inspect test_scratch)
unit_test(disk_tree disk_inspect test_scratch)
unit_test(fstab disk_inspect)
unit_test(inspect disk_inspect test_scratch)
unit_test(magic disk_inspect test_scratch)
unit_test(differential disk_inspect test_scratch)
