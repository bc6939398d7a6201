# SPDX-License-Identifier: Apache-2.0
fuzz_target(qcow2 disk_block)
fuzz_target(partition disk_block PkgConfig::zlib)
