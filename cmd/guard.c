/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite's authorizer and progress handler. The connection is read-only besides: either would do
 * alone. */
#include "cmd/guard.h"

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

static int
check_clock(void *data)
{
  struct guard *guard = data;

  guard->expired = g_get_monotonic_time() > guard->deadline_us;
  return guard->expired;
}

/* SQLite makes its table-valued functions when they are first named, which the authorizer takes for
 * CREATE TABLE. */
static void
make_functions(sqlite3 *db)
{
  sqlite3_exec(db, "SELECT * FROM json_each('[]'), json_tree('[]')", NULL, NULL, NULL);
}

void
guard_begin(struct guard *guard, sqlite3 *db, gint64 timeout_s)
{
  gint64 now_us = g_get_monotonic_time();
  gint64 most_s = (G_MAXINT64 - now_us) / G_USEC_PER_SEC;

  guard->expired = false;
  guard->deadline_us = timeout_s > most_s ? G_MAXINT64 : now_us + timeout_s * G_USEC_PER_SEC;
  make_functions(db);
  sqlite3_set_authorizer(db, authorize, NULL);
  sqlite3_progress_handler(db, STEPS, check_clock, guard);
}

void
guard_end(sqlite3 *db)
{
  sqlite3_set_authorizer(db, NULL, NULL);
  sqlite3_progress_handler(db, 0, NULL, NULL);
}
