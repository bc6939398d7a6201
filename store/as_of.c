/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Temporary views before the tables, and the ledger's own views once more before theirs: a view of
 * a file looks for its tables there only, a temporary one first among what is temporary. Which
 * tables have history is read from the schema, which ledger_open() has compared with ours.
 */
#include "store/as_of.h"

#include "store/database.h"
#include "store/sql.h"

static const char MAKE_POINT[] =
    "CREATE TEMP TABLE IF NOT EXISTS as_of (scan_id INTEGER NOT NULL, audit_id INTEGER NOT NULL)";

static const char CLEAR_POINT[] = "DELETE FROM temp.as_of";

static const char SET_POINT[] = "INSERT INTO temp.as_of (scan_id, audit_id)\n"
                                "VALUES (:scan_id, :audit_id)";

/*
 * -> statements that make the views. Validity is counted in scans, and that of findings in audits:
 *  - of facts, those that had begun, as current where they had not ended;
 *  - of scans, audits, notes and baselines, those up to the point;
 *  - of things that last, those of which there was a fact.
 */
static const char SELECT_VIEWS[] =
    "WITH clock (tick, since, until, now) AS (\n"
    "  VALUES ('scan_id', 'since_scan', 'until_scan', '(SELECT scan_id FROM temp.as_of)'),\n"
    "         ('audit_id', 'since_audit', 'until_audit', '(SELECT audit_id FROM temp.as_of)')\n"
    "),\n"
    "fact AS (\n"
    "  SELECT s.name, c.tick, c.since, c.until, c.now,\n"
    "         (SELECT group_concat(iif(i.name = c.until,\n"
    "                                  printf('iif(%s > %s, NULL, %s) AS %s',\n"
    "                                         c.until, c.now, c.until, c.until),\n"
    "                                  printf('\"%w\"', i.name)), ', ')\n"
    "            FROM pragma_table_info(s.name, 'main') AS i) AS columns\n"
    "    FROM main.sqlite_schema AS s\n"
    "    JOIN clock AS c\n"
    "   WHERE s.type = 'table'\n"
    "     AND EXISTS (SELECT 1 FROM pragma_table_info(s.name, 'main') WHERE name = c.until)\n"
    "),\n"
    "event AS (\n"
    "  SELECT s.name, c.tick, c.now\n"
    "    FROM main.sqlite_schema AS s\n"
    "    JOIN clock AS c\n"
    "   WHERE (s.name, c.tick)\n"
    "         IN (VALUES ('scan', 'scan_id'), ('note', 'scan_id'), ('baseline', 'scan_id'),\n"
    "                    ('audit', 'audit_id'))\n"
    "),\n"
    "thing AS (\n"
    "  SELECT s.name, f.name AS fact, f.since, f.now\n"
    "    FROM main.sqlite_schema AS s\n"
    "    JOIN fact AS f ON f.name = s.name || '_fact'\n"
    "   WHERE s.type = 'table'\n"
    ")\n"
    "SELECT printf('CREATE TEMP VIEW IF NOT EXISTS \"%w\" AS\n"
    "               SELECT %s FROM main.\"%w\" WHERE %s <= %s',\n"
    "              name, columns, name, since, now)\n"
    "  FROM fact\n"
    " UNION ALL\n"
    "SELECT printf('CREATE TEMP VIEW IF NOT EXISTS \"%w\" AS\n"
    "               SELECT * FROM main.\"%w\" WHERE %s <= %s',\n"
    "              name, name, tick, now)\n"
    "  FROM event\n"
    " UNION ALL\n"
    "SELECT printf('CREATE TEMP VIEW IF NOT EXISTS \"%w\" AS\n"
    "               SELECT * FROM main.\"%w\" AS t\n"
    "                WHERE EXISTS (SELECT 1 FROM main.\"%w\"\n"
    "                               WHERE \"%w_id\" = t.\"%w_id\" AND %s <= %s)',\n"
    "              name, name, fact, name, name, since, now)\n"
    "  FROM thing\n"
    " UNION ALL\n"
    "SELECT 'CREATE TEMP VIEW IF NOT EXISTS ' || substr(sql, length('CREATE VIEW ') + 1)\n"
    "  FROM main.sqlite_schema\n"
    " WHERE type = 'view'";

static bool
set_point(sqlite3 *db, const struct history_point *point, GError **error)
{
  if (!sql_script(db, MAKE_POINT, error) || !sql_script(db, CLEAR_POINT, error))
    return false;
  g_autoptr(Statement) set = sql_prepare(db, SET_POINT, error);
  if (!set)
    return false;
  sql_bind_number(set, ":scan_id", point->scan_id);
  sql_bind_number(set, ":audit_id", point->audit_id);
  return sql_run(set, error);
}

/* All statements before the first one runs: they change what the names in the query mean. */
static GPtrArray *
list_views(sqlite3 *db, GError **error)
{
  g_autoptr(Statement) statement = sql_prepare(db, SELECT_VIEWS, error);
  g_autoptr(GPtrArray) views = g_ptr_array_new_with_free_func(g_free);
  int row = -1;

  while (statement && (row = sql_step(statement, error)) > 0)
    g_ptr_array_add(views, g_strdup((const char *)sqlite3_column_text(statement, 0)));
  return row == 0 ? g_steal_pointer(&views) : NULL;
}

static bool
make_views(sqlite3 *db, GError **error)
{
  g_autoptr(GPtrArray) views = list_views(db, error);

  for (guint i = 0; views && i < views->len; i++)
    if (!sql_script(db, views->pdata[i], error))
      return false;
  return views;
}

bool
as_of_go(sqlite3 *db, const struct history_point *point, GError **error)
{
  bool done = database_allow_temporary(db, true, error) && set_point(db, point, error) &&
              make_views(db, error);

  return database_allow_temporary(db, false, done ? error : NULL) && done;
}
