/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the configuration says of keys, kept in the ledger so that rules can be SQL: the
 * [keys NAME] and [shared-host-keys NAME] sections and thresholds. And what somebody accepted.
 */
#pragma once

#include "store/ledger.h"

struct policy_key {
  gint64 line;
  char *algorithm, *fingerprint;
  bool cert_authority;
  GBytes *options, *comment; /* NULL without; without options those in the guest do not matter */
};

/* One [keys NAME] section. The lists are never NULL. */
struct key_policy {
  char *name, *mode, *file;
  char **guests, **labels, **hypervisors, **users;
  GPtrArray *keys; /* of struct policy_key */
};

struct key_policy *key_policy_new(void); /* all NULL, but for no keys */

struct shared_host_key {
  char *name;
  char **guests;
};

struct policy {
  GPtrArray *keys;             /* of struct key_policy */
  GPtrArray *shared_host_keys; /* of struct shared_host_key */
  gint64 everywhere; /* guests on which one key may become root before that is worth a word */
};
typedef struct policy Policy;

#define POLICY_EVERYWHERE 100

struct policy *policy_new(void);         /* of an empty configuration */
void policy_free(struct policy *policy); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Policy, policy_free)

/* Make the ledger's policy this one; nothing is written where it is already. STORE_ERROR. */
bool policy_save(struct ledger *ledger, const struct policy *policy, GError **error);
