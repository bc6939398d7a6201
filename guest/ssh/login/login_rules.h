/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may log in by key: what allowed_user() and auth_root_allowed() of OpenSSH's auth.c, and
 * pam_unix for the age of an account, make of an account and its settings.
 */
#pragma once

#include "guest/ssh/accounts/accounts.h"
#include "guest/ssh/login/authorized_file.h"
#include "guest/ssh/login/revoked_keys.h"
#include "guest/ssh/login/verdict.h"
#include "guest/ssh/sshd/sshd_answers.h"

struct login_user {
  struct road *road;
  const struct accounts *accounts;
  const struct user_account *account;
  const struct account_groups *groups;
  const struct sshd_config *config;
  const struct sshd_answers *answers; /* of the config, for this user */
  const struct revoked_keys *revoked; /* NULL: there are none */
  gint64 sshd_installed;              /* 1, 0, FACT_UNKNOWN */
  gint64 now;                         /* Unix seconds */
  guint64 *steps_left;                /* see sshd_pattern_match() */
};

/* Whether the account may log in by a key, whichever. */
struct verdict login_rules_judge(const struct login_user *user);

/* Whether sshd would take one entry of a file that it reads for the user. */
struct verdict login_rules_judge_entry(const struct login_user *user,
                                       const struct authorized_entry *entry);
