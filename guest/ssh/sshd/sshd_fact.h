/* SPDX-License-Identifier: Apache-2.0 */
/* The fact about a guest's sshd. */
#pragma once

#include "facts/ssh.h"
#include "guest/ssh/sshd/sshd_config.h"

/* What sshd is set to for users that no Match block is about, and whether it starts; new. */
struct sshd *sshd_fact_new(struct road *road, const struct sshd_config *config);
