# SPDX-License-Identifier: Apache-2.0
fuzz_target(seed_volume disk_inspect)
