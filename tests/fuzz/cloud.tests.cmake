# SPDX-License-Identifier: Apache-2.0
fuzz_target(yaml cloud)
fuzz_target(user_data cloud PkgConfig::zlib)
fuzz_target(seed cloud)
