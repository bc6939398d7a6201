/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The accounts that a guest's own files know: passwd(5), group(5), shadow(5), read as glibc's
 * "files" service does. Lines that it would pass over are passed over. No password hash stays.
 */
#pragma once

#include "guest/road.h"

enum account_password {
  PASSWORD_UNKNOWN, /* there is nothing of it that could be read */
  PASSWORD_SET,
  PASSWORD_LOCKED, /* nothing hashes to it: "*", "!…" */
  PASSWORD_NONE,   /* empty: none is asked for */
};

struct user_account {
  char *name; /* these three are any bytes but NUL, newline and ':' */
  char *home;
  char *shell; /* empty: /bin/sh */
  guint32 uid, gid;
  enum account_password password;
  bool locked;           /* "!" before the hash: sshd minds that where it does without PAM */
  gint64 expires_day;    /* since 1970, when the account ends; -1: never, or not known */
  gint64 dead_after_day; /* since 1970, the last one on which PAM takes a password that is too old;
                            -1: no such day */
};

struct accounts {
  GPtrArray *list;          /* of struct user_account, each name once: the first counts */
  const char *passwd_state; /* KEY_FILE_* of facts/ssh.h, also "truncated" */
  const char *group_state;  /* the same */
  const char *shadow_state; /* the same */
  /* Private. */
  struct group_table *groups;
  GHashTable *by_name, *by_uid;
  GHashTable *group_users; /* group -> the one uid that has it for its own, or USERS_DIFFER */
};
typedef struct accounts Accounts;

struct accounts *accounts_read(struct road *road);
void accounts_free(struct accounts *accounts); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Accounts, accounts_free)

/* What groups an account is in, its own first. New. */
struct account_groups {
  GPtrArray *names; /* const char *, of `accounts`; groups without a name left out */
  GHashTable *gids; /* a set of numbers */
};
void accounts_groups(const struct accounts *accounts, const struct user_account *account,
                     struct account_groups *ret_groups);
void account_groups_clear(struct account_groups *groups);

/* The first account of a number; NULL without. */
const struct user_account *accounts_by_uid(const struct accounts *accounts, guint32 uid);

/* The account of a name; NULL without. */
const struct user_account *accounts_by_name(const struct accounts *accounts, const char *name);

/* The name of a group, the first of several; NULL without. */
const char *accounts_group_name(const struct accounts *accounts, guint32 gid);

/* Whether the groups of accounts are known: all of them, or that there is no file of any. */
bool accounts_know_groups(const struct accounts *accounts);

/*
 * Whether a group of a file of `owner` is nobody's but the user's: Debian's sshd lets such a group
 * write (secure_permissions() of its user-group-modes.patch).
 */
bool accounts_group_is_private(const struct accounts *accounts, guint32 gid, guint32 owner,
                               guint32 user);
