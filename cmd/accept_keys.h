/* SPDX-License-Identifier: Apache-2.0 */
/* Accepting the authorized keys of one domain, and taking that back, with words for the user. */
#pragma once

#include "cmd/lookup.h"
#include "cmd/verb.h"
#include "store/baseline.h"

struct accept_keys {
  const struct globals *globals;
  sqlite3 *db;
  struct baseline_word word;
  bool withdraw; /* instead */
};

/*
 * Who accepts, now: whoever called sudo, else the user. The reason, "" for NULL, must live as long.
 */
struct accept_keys accept_keys_how(const struct globals *globals, sqlite3 *db, const char *reason,
                                   bool withdraw);

enum accept_outcome {
  ACCEPT_DONE,
  ACCEPT_REFUSED, /* after a message that says why */
  ACCEPT_FAILED,  /* with an error of the ledger */
  ACCEPT_OUTCOMES,
};

/* Within a transaction. */
enum accept_outcome accept_keys_of(const struct accept_keys *accept,
                                   const struct lookup_match *domain, GError **error);
