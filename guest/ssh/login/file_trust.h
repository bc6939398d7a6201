/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether sshd would read a file for a user: it opens it as that user, and with StrictModes it
 * wants the file, and each directory from it up to the user's home, or to the root, to be the
 * user's or root's own, and nobody else's to write (safe_path() of OpenSSH's misc.c). Access lists
 * are not looked at.
 */
#pragma once

#include "guest/ssh/accounts/accounts.h"
#include "guest/ssh/login/real_path.h"

struct file_trust {
  struct real_paths *paths;
  const struct accounts *accounts;
  const struct user_account *account;
  GHashTable *gids;        /* a set of numbers: all groups of the account */
  const char *home;        /* canonical; NULL when there is none */
  bool private_groups_may; /* Debian's sshd: a group with the user alone may write */
};

/* Whether the user may open the file. */
bool file_trust_can_read(const struct file_trust *trust, const struct real_path *file);

/* Whether its owner and mode, and those above it, are as StrictModes wants. */
bool file_trust_is_safe(const struct file_trust *trust, const struct real_path *file);
