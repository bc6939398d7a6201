# SPDX-License-Identifier: Apache-2.0
unit_test(yaml cloud)
unit_test(user_data cloud PkgConfig::zlib)
unit_test(seed test_tree)
unit_test(cloud_init test_tree)
