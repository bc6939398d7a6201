/* SPDX-License-Identifier: Apache-2.0 */
/* The homes of users, in which sshd looks for their keys. */
#pragma once

#include "guest/ssh/login/login_rules.h"
#include "guest/ssh/login/real_path.h"

struct user_home {
  char *path;   /* canonical; NULL when there is none, or the road cannot tell */
  bool missing; /* there is certainly none */
};
void user_home_find(struct real_paths *paths, const struct user_account *account,
                    struct user_home *ret_home);
void user_home_clear(struct user_home *home);

/* Whether keys may let a user in who has this home: without one only those from elsewhere. */
struct verdict user_home_judge(const struct login_user *user, const struct user_home *home);
