/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a guest has an sshd, and starts it. */
#pragma once

#include "guest/road.h"

/* Whether there is its program: 1, 0; FACT_UNKNOWN (-1) where the road cannot tell. */
gint64 sshd_presence_installed(struct road *road);

/*
 * Whether something starts it at boot: a unit that systemd wants, or a link of OpenRC or System V
 * where there is no systemd. FACT_UNKNOWN where the road lists no directories, and in a guest
 * with none of these.
 */
gint64 sshd_presence_enabled(struct road *road);

/* The path of another SSH server that there is, which reads keys in its own way; NULL without. */
const char *sshd_presence_other(struct road *road);
