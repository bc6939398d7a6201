/* SPDX-License-Identifier: Apache-2.0 */
/* Who can log in to a guest by SSH key. */
#pragma once

#include "facts/guest.h"
#include "guest/ssh/accounts/accounts.h"
#include "guest/ssh/sshd/sshd_config.h"

/*
 * Add to `root` how sshd is set up, the accounts, the keys that lie where it looks for them with
 * whether it would take them, and what of that cannot be known offline.
 */
void logins_collect(struct road *road, const struct sshd_config *config,
                    const struct accounts *accounts, struct root *root);
