# SPDX-License-Identifier: Apache-2.0
# Stories on containers.
story(live lxc)
