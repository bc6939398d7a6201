/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a Match block is about a user, as far as that can be told without a connection. */
#pragma once

#include <glib.h>

/* Whom it is about. */
struct sshd_user {
  const char *name;
  GPtrArray *groups; /* const char *: all of them; NULL where they are not known */
};

/* Whether lines count. The order is that of "and". */
enum certainty {
  CERTAIN_NO,
  UNCERTAIN,
  CERTAIN_YES,
};

/*
 * Whether a Match line counts for the user: `values` are its criteria and their arguments by turns,
 * or NULL of a line that sshd refuses. Without a user, before anybody logs in, only "all" does. See
 * sshd_pattern_match() for *steps_left; once it is 0 all is uncertain.
 */
enum certainty sshd_match(const struct sshd_user *user, char *const *values, guint64 *steps_left);
