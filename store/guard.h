/* SPDX-License-Identifier: Apache-2.0 */
/* What keeps somebody else's SQL from doing more than reading, or from going on for ever. */
#pragma once

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>

/*
 * Until guard_compile_end() the connection compiles nothing but SELECT, without ATTACH, PRAGMA,
 * transactions or functions that reach beyond the ledger: anything else is SQLITE_AUTH.
 */
void guard_compile_begin(sqlite3 *db);
void guard_compile_end(sqlite3 *db);

/* Lives from guard_clock_begin() to guard_clock_end(). */
struct guard_clock {
  gint64 deadline_us; /* monotonic */
  bool expired;       /* a statement was stopped at the deadline, with SQLITE_INTERRUPT */
};

/* Until guard_clock_end(), stop whatever still runs after `time_ms`; 0 stops nothing. */
void guard_clock_begin(struct guard_clock *clock, sqlite3 *db, gint64 time_ms);
void guard_clock_end(sqlite3 *db);
