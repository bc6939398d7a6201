/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All tables in one transaction. Foreign keys are checked once, at the end: one by one, each scan
 * that goes would cost a look through every table.
 */
#include "store/prune.h"

#include "facts/clock.h"
#include "store/prune_tables.h"
#include "store/sql.h"

/*
 * What the audit before the scan said still counts as of a time when the scan's own had not run.
 */
static const char SELECT_AUDIT[] = "SELECT ifnull(max(audit_id), 0)\n"
                                   "  FROM audit\n"
                                   " WHERE scan_id < :scan_id";

static const char REMEMBER[] = "INSERT INTO pruning (pruned_at, before_scan, rows)\n"
                               "VALUES (:now, :scan_id, :rows)";

static const char COUNT_BROKEN[] = "SELECT count(*) FROM pragma_foreign_key_check";

static const char KEYS_OFF[] = "PRAGMA foreign_keys = OFF";
static const char KEYS_ON[] = "PRAGMA foreign_keys = ON";

static bool
find_audit(sqlite3 *db, gint64 scan_id, gint64 *ret_audit_id, GError **error)
{
  g_autoptr(Statement) statement = sql_prepare(db, SELECT_AUDIT, error);

  if (!statement)
    return false;
  sql_bind_number(statement, ":scan_id", scan_id);
  if (sql_step(statement, error) != 1)
    return false;
  *ret_audit_id = sqlite3_column_int64(statement, 0);
  return true;
}

static bool
remove_rows(sqlite3 *db, const char *sql, const struct history_point *before, gint64 *ret_rows,
            GError **error)
{
  g_autoptr(Statement) statement = sql_prepare(db, sql, error);

  if (!statement)
    return false;
  sql_bind_number(statement, ":scan_id", before->scan_id);
  sql_bind_number(statement, ":audit_id", before->audit_id);
  if (!sql_run(statement, error))
    return false;
  *ret_rows = sqlite3_changes64(db);
  return true;
}

/* How far back the ledger can be asked from now on. */
static bool
remember(sqlite3 *db, const struct history_point *before, gint64 rows, GError **error)
{
  g_autoptr(Statement) statement = rows > 0 ? sql_prepare(db, REMEMBER, error) : NULL;

  if (!statement)
    return rows == 0;
  sql_bind_number(statement, ":now", clock_now());
  sql_bind_number(statement, ":scan_id", before->scan_id);
  sql_bind_number(statement, ":rows", rows);
  return sql_run(statement, error);
}

static bool
check_keys(sqlite3 *db, GError **error)
{
  gint64 broken;

  if (!sql_number(db, COUNT_BROKEN, &broken, error))
    return false;
  if (broken > 0)
    g_set_error(error, STORE_ERROR, STORE_ERROR_CORRUPT,
                "%" G_GINT64_FORMAT " rows would point to nothing; nothing was removed", broken);
  return broken == 0;
}

static bool
remove_all(sqlite3 *db, const struct history_point *before, GArray *counts, GError **error)
{
  struct history_point point = *before;
  gint64 rows = 0;

  if (!find_audit(db, before->scan_id, &point.audit_id, error))
    return false;
  for (const struct prune_table *table = prune_tables; table->table; table++) {
    struct prune_count count = {.table = table->table};

    if (!remove_rows(db, table->sql, &point, &count.rows, error))
      return false;
    g_array_append_val(counts, count);
    rows += count.rows;
  }
  return remember(db, before, rows, error) && check_keys(db, error);
}

static bool
run_transaction(sqlite3 *db, const struct history_point *before, bool keep_all, GArray *counts,
                GError **error)
{
  if (!sql_begin(db, error))
    return false;
  bool done = remove_all(db, before, counts, error) && (keep_all || sql_commit(db, error));
  if (keep_all || !done)
    sql_rollback(db);
  return done;
}

GArray *
prune_run(sqlite3 *db, const struct history_point *before, bool keep_all, GError **error)
{
  g_autoptr(GArray) counts = g_array_new(FALSE, FALSE, sizeof(struct prune_count));

  bool done =
      sql_script(db, KEYS_OFF, error) && run_transaction(db, before, keep_all, counts, error);
  return sql_script(db, KEYS_ON, done ? error : NULL) && done ? g_steal_pointer(&counts) : NULL;
}

/* SQLite attaches the new file for as long as it writes it, which we allow nobody else. */
bool
prune_vacuum(sqlite3 *db, GError **error)
{
  sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 1);
  bool done = sql_script(db, "VACUUM", error);
  sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
  return done;
}
