/* SPDX-License-Identifier: Apache-2.0 */
/* From the configuration, and the files of keys that it names, to the policy that rules go by. */
#pragma once

#include "cmd/fleet/config.h"
#include "store/policy.h"

#define POLICY_FILE_MAX ((gsize)1 << 20) /* bytes of a file of keys */

/*
 * The policy of a configuration, new. Files of keys are as sshd reads authorized_keys; blank lines
 * and comments are fine. NULL with a CONFIG_ERROR "FILE:LINE: …" for a line that sshd would pass
 * over, and for a file that cannot be read, is not regular or longer than POLICY_FILE_MAX; then the
 * place is that of its section. `warnings` of texts, NULL for none, gets a line for each file that
 * others may write.
 */
struct policy *policy_read(const struct config *config, GPtrArray *warnings, GError **error);
