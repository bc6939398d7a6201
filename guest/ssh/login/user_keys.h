/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of one user after the other: files of AuthorizedKeysFile, and each line's verdict. */
#pragma once

#include "facts/guest.h"
#include "guest/ssh/login/key_sources.h"
#include "guest/ssh/login/user_home.h"

struct user_keys;
typedef struct user_keys UserKeys;

/* Keys go to root->authorized_keys; files that cannot be read, or were cut, to the sources. */
struct user_keys *user_keys_new(struct road *road, struct root *root, struct key_sources *sources,
                                struct real_paths *paths);
void user_keys_free(struct user_keys *keys); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(UserKeys, user_keys_free)

/*
 * Collect the keys of a user, whom `account` lets in or not; `shown` is how facts name them. How
 * many lines there were is returned.
 */
guint user_keys_collect(struct user_keys *keys, const struct login_user *user,
                        const struct user_home *home, struct verdict account, const char *shown);
