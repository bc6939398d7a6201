# SPDX-License-Identifier: Apache-2.0
story(live watch)
story(live unit-rights)
