/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The users of a cloud-config, in any of the forms in which cloud-init takes them
 * (cloudinit/distros/ug_util.py of 22.4): a list, a mapping, names separated by commas, and the old
 * key `user`.
 */
#pragma once

#include "guest/cloud/cloud_config.h"

#define DECLARED_DEFAULT "default" /* stands for the distribution's own user */

struct declared_user {
  char *name;        /* as written: any text */
  GPtrArray *pieces; /* of const struct yaml_node, mappings that describe it; the first counts */
};

struct declared_users {
  GPtrArray *users;  /* of struct declared_user, as declared, at most SEED_USERS_MAX */
  bool is_cut;       /* there are more */
  const char *owner; /* who gets keys and password that name nobody: the name of `user`, else
                        "default"; NULL when there is no default user */
};
typedef struct declared_users DeclaredUsers;

/* New; it refers to the nodes of `config`. */
struct declared_users *declared_users_of(const struct cloud_config *config);
void declared_users_free(struct declared_users *users); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DeclaredUsers, declared_users_free)

/* What a user is told of a key, '-' and '_' being the same in it; NULL when nothing. */
const struct yaml_node *declared_users_get(const struct declared_user *user, const char *key);
