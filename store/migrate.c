/* SPDX-License-Identifier: Apache-2.0 */
/* Migrations: run, counted, and compared with what they should have made. */
#include "store/migrate.h"

#include "cmake/embedded.h"
#include "store/sql.h"
#include "store/value_hash.h"

int
migrate_newest(void)
{
  int count = 0;

  while (embedded_migrations[count].name)
    count++;
  return count;
}

static const char SELECT_VERSION[] = "PRAGMA user_version";

bool
migrate_run(sqlite3 *db, int from, int to, GError **error)
{
  if (!value_hash_register(db, error))
    return false;
  for (int version = from; version < to; version++) {
    const struct embedded *migration = &embedded_migrations[version];
    gint64 now = -1;

    if (!sql_script(db, migration->text, error) || !sql_number(db, SELECT_VERSION, &now, error)) {
      g_prefix_error(error, "migration %s: ", migration->name);
      return false;
    }
    g_assert(now == version + 1);
  }
  return true;
}

/* sqlite_stat1 is what ANALYZE leaves: numbers for the planner, which anybody may have made. */
static const char SELECT_SCHEMA[] = "SELECT type || ' ' || name AS thing,\n"
                                    "       ifnull(sql, '') AS sql\n"
                                    "  FROM sqlite_schema\n"
                                    " WHERE name <> 'sqlite_stat1'\n"
                                    " ORDER BY thing, sql";

static const char *
column(sqlite3_stmt *row, bool is_row, int number)
{
  return is_row ? (const char *)sqlite3_column_text(row, number) : NULL;
}

static int
refuse(const char *expected, const char *found, GError **error)
{
  if (g_strcmp0(expected, found) == 0)
    g_set_error(error, STORE_ERROR, STORE_ERROR_CORRUPT,
                "its schema is not that of its version: %s is another", found);
  else
    g_set_error(error, STORE_ERROR, STORE_ERROR_CORRUPT,
                "its schema is not that of its version: expected %s, found %s",
                expected ? expected : "no more", found ? found : "no more");
  return -1;
}

/* 1: the rows are one; 0: both schemas have ended; -1: they differ, or SQLite failed. */
static int
compare_next(sqlite3_stmt *expected, sqlite3_stmt *found, GError **error)
{
  int more_expected = sql_step(expected, error);
  int more_found = more_expected < 0 ? -1 : sql_step(found, error);

  if (more_found < 0)
    return -1;
  const char *expected_thing = column(expected, more_expected, 0);
  const char *found_thing = column(found, more_found, 0);
  if (g_strcmp0(expected_thing, found_thing) == 0 &&
      g_strcmp0(column(expected, more_expected, 1), column(found, more_found, 1)) == 0)
    return more_found;
  return refuse(expected_thing, found_thing, error);
}

static bool
compare_schemas(sqlite3 *model, sqlite3 *db, GError **error)
{
  g_autoptr(Statement) expected = sql_prepare(model, SELECT_SCHEMA, error);
  g_autoptr(Statement) found = expected ? sql_prepare(db, SELECT_SCHEMA, error) : NULL;
  int more = 1;

  if (!found)
    return false;
  while (more > 0)
    more = compare_next(expected, found, error);
  sqlite3_reset(expected);
  sqlite3_reset(found);
  return more == 0;
}

bool
migrate_verify(sqlite3 *db, int version, GError **error)
{
  sqlite3 *model = NULL;
  bool same = sqlite3_open(":memory:", &model) == SQLITE_OK &&
              migrate_run(model, 0, version, error) && compare_schemas(model, db, error);

  sqlite3_close(model);
  return same;
}
