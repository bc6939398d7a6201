# SPDX-License-Identifier: Apache-2.0
fuzz_target(reader_question reader agent)
