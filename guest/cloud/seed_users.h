/* SPDX-License-Identifier: Apache-2.0 */
/* The users that a seed declares, and whom its keys let in, as facts. */
#pragma once

#include "guest/cloud/cloud_config.h"
#include "guest/cloud/seed_keys.h"

/*
 * Add the users of a merged cloud-config to `keys->seed`, and its keys: those of a user to that
 * user, and those of no user, with `public_keys` of meta-data, to the default user where there is
 * one, and to root where disable_root is off, as cloud-init does (cc_ssh.py of 22.4).
 */
void seed_users_add(struct seed_keys *keys, const struct cloud_config *config,
                    const struct yaml_node *public_keys);
