/* SPDX-License-Identifier: Apache-2.0 */
/* The keys by which a guest's sshd says who it is. */
#pragma once

#include "facts/guest.h"
#include "guest/ssh/accounts/accounts.h"
#include "guest/ssh/sshd/sshd_config.h"

/*
 * Add to root->host_keys the keys of HostKey lines, else those that sshd would use by default and
 * that are there, each with its certificate.
 */
void host_keys_collect(struct road *road, const struct sshd_config *config,
                       const struct accounts *accounts, struct root *root);
