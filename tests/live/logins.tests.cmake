# SPDX-License-Identifier: Apache-2.0
story(live sshd_config)
story(live logins)
