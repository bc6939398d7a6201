/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite's authorizer, which is asked while SQL is compiled, and its progress handler. */
#include "store/guard.h"

/* Steps of SQLite's machine between two looks at the clock: far less than a millisecond. */
#define STEPS 10000

static bool
is_harmless_function(const char *name)
{
  static const char *const refused[] = {"load_extension", "fts3_tokenizer", NULL};

  return !g_strv_contains(refused, name);
}

/* `detail` is the function's name for SQLITE_FUNCTION. */
static int
authorize(G_GNUC_UNUSED void *data, int action, G_GNUC_UNUSED const char *first, const char *detail,
          G_GNUC_UNUSED const char *database, G_GNUC_UNUSED const char *trigger)
{
  switch (action) {
  case SQLITE_SELECT:
  case SQLITE_READ:
  case SQLITE_RECURSIVE:
    return SQLITE_OK;
  case SQLITE_FUNCTION:
    return is_harmless_function(detail) ? SQLITE_OK : SQLITE_DENY;
  default:
    return SQLITE_DENY;
  }
}

/*
 * SQLite makes its table-valued functions when they are first named, which the authorizer takes for
 * CREATE TABLE.
 */
static void
make_functions(sqlite3 *db)
{
  sqlite3_exec(db, "SELECT * FROM json_each('[]'), json_tree('[]')", NULL, NULL, NULL);
}

void
guard_compile_begin(sqlite3 *db)
{
  make_functions(db);
  sqlite3_set_authorizer(db, authorize, NULL);
}

void
guard_compile_end(sqlite3 *db)
{
  sqlite3_set_authorizer(db, NULL, NULL);
}

static int
check_clock(void *data)
{
  struct guard_clock *clock = data;

  clock->expired = g_get_monotonic_time() > clock->deadline_us;
  return clock->expired;
}

void
guard_clock_begin(struct guard_clock *clock, sqlite3 *db, gint64 time_ms)
{
  gint64 now_us = g_get_monotonic_time();
  gint64 most_ms = (G_MAXINT64 - now_us) / 1000;

  clock->expired = false;
  clock->deadline_us = time_ms > most_ms ? G_MAXINT64 : now_us + time_ms * 1000;
  if (time_ms > 0)
    sqlite3_progress_handler(db, STEPS, check_clock, clock);
}

void
guard_clock_end(sqlite3 *db)
{
  sqlite3_progress_handler(db, 0, NULL, NULL);
}
