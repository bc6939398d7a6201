/* SPDX-License-Identifier: Apache-2.0 */
/* What keeps a user's SQL from doing more than reading, or from going on for ever. */
#pragma once

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>

/* Lives from guard_begin() to guard_end(). */
struct guard {
  gint64 deadline_us; /* monotonic */
  bool expired;       /* a statement was stopped at the deadline */
};

/*
 * From now on the connection prepares nothing but SELECT, without ATTACH, PRAGMA, transactions or
 * functions that reach beyond the ledger, and stops whatever runs after `timeout_s` seconds.
 */
void guard_begin(struct guard *guard, sqlite3 *db, gint64 timeout_s);
void guard_end(sqlite3 *db);
