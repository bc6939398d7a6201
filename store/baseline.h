/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Baselines: the authorized keys of a domain as somebody accepted them. Its newest one counts, and
 * rules tell what has come or gone since.
 */
#pragma once

#include "store/ledger.h"

/* What a baseline of a domain would hold now, or why there can be none. */
struct baseline_state {
  gint64 keys, users;    /* lines with a key, and whose they are */
  gint64 baseline_id;    /* the one that counts; 0: there is none */
  gint64 is_read;        /* whether its keys were looked for at all */
  char *status, *detail; /* of the last attempt to read the guest; NULL: there was none */
  char *unclear;         /* what else lets people in, in words; NULL: nothing that is known of */
};

/* What is known of a domain. False with STORE_ERROR. */
bool baseline_look(sqlite3 *db, gint64 domain_id, struct baseline_state *ret_state, GError **error);
void baseline_state_clear(struct baseline_state *state);

/* Who accepts, and why. */
struct baseline_word {
  const char *by, *reason;
  gint64 at; /* Unix seconds */
};

/*
 * Accept the keys of a domain as they are now. Called within a transaction (store/sql.h), as the
 * next one. False with STORE_ERROR.
 */
bool baseline_accept(sqlite3 *db, gint64 domain_id, const struct baseline_word *word,
                     GError **error);

/* Remove all that was ever accepted of a domain. */
bool baseline_withdraw(sqlite3 *db, gint64 domain_id, GError **error);
