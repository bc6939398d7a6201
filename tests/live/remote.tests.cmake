# SPDX-License-Identifier: Apache-2.0
# Stories on several machines.
story(live remote-ssh)
