# SPDX-License-Identifier: Apache-2.0
unit_test(crc32c disk_inspect PkgConfig::ext2fs)
unit_test(kept_blocks disk_inspect)
