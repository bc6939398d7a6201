# SPDX-License-Identifier: Apache-2.0
story(live killed-reader)
