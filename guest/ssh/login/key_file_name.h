/* SPDX-License-Identifier: Apache-2.0 */
/* Names of files in AuthorizedKeysFile, with their tokens replaced for one user. */
#pragma once

#include "guest/ssh/accounts/accounts.h"
#include "guest/ssh/sshd/sshd_setting.h"

/*
 * The path that sshd opens, new: "~" first (tilde_expand_filename() of misc.c), then %h, %u, %U and
 * %%, then a relative one below the home (expand_authorized_keys() of auth.c). NULL where sshd
 * gives up: an unknown token, or "~" of nobody.
 */
char *key_file_name_expand(const char *pattern, const struct accounts *accounts,
                           const struct user_account *account);

/* Whether the path of a pattern lies in the user's home, so that there is none without one. */
bool key_file_name_needs_home(const char *pattern);

/*
 * The patterns of AuthorizedKeysFile, or its defaults, those included that count for some
 * connections only: a new array of char *, which are the setting's.
 */
GPtrArray *key_file_name_patterns(const struct sshd_setting *setting);
