/* SPDX-License-Identifier: Apache-2.0 */
/* What differs, in a temporary table by which it is sorted and counted. */
#include "store/diff.h"

#include "store/as_of.h"
#include "store/database.h"
#include "store/diff_compare.h"
#include "store/sql.h"

/* Of a hypervisor that is gone today, too; the later name of one that is at both points. */
static const char MAKE_NAMES[] = "DROP TABLE IF EXISTS temp.hypervisor_name;\n"
                                 "CREATE TEMP TABLE hypervisor_name (\n"
                                 "  hypervisor_id INTEGER PRIMARY KEY, name TEXT\n"
                                 ")";

static const char KEEP_NAMES[] = "INSERT OR REPLACE INTO temp.hypervisor_name\n"
                                 "SELECT hypervisor_id, name FROM hypervisors";

/* `before` and `after` keep the types that they had. */
static const char MAKE_TABLE[] = "DROP TABLE IF EXISTS temp.difference;\n"
                                 "CREATE TEMP TABLE difference (\n"
                                 "  place INTEGER, what TEXT, change TEXT, id INTEGER, item,\n"
                                 "  domain_id INTEGER, hypervisor_id INTEGER, field TEXT,\n"
                                 "  before, after, scan_id INTEGER\n"
                                 ")";

/* All that a domain has came and went with it. */
static const char DROP_IMPLIED[] =
    "DELETE FROM temp.difference\n"
    " WHERE what NOT IN ('domain', 'finding')\n"
    "   AND domain_id IN (SELECT domain_id\n"
    "                       FROM temp.difference\n"
    "                      WHERE what = 'domain' AND change <> 'changed')";

/* Where a finding is about several domains, its evidence names them. */
#define CHOSEN                                                                                     \
  "(:domains IS NULL\n"                                                                            \
  "  OR x.domain_id IN (SELECT value FROM json_each(:domains))\n"                                  \
  "  OR x.what = 'finding' AND x.domain_id IS NULL\n"                                              \
  "     AND EXISTS (SELECT 1\n"                                                                    \
  "                   FROM main.finding_fact AS f\n"                                               \
  "                   JOIN json_each(:domains) AS j\n"                                             \
  "                   JOIN main.domain AS e ON e.domain_id = j.value\n"                            \
  "                  WHERE f.finding_id = x.id AND instr(f.evidence, e.uuid) > 0))"

/* The name is the last that the domain had, when it is gone. */
static const char ROWS[] =
    "SELECT x.what, x.change, h.name AS hypervisor,\n"
    "       (SELECT name\n"
    "          FROM main.domain_fact\n"
    "         WHERE domain_id = x.domain_id AND since_scan <= :to\n"
    "         ORDER BY since_scan DESC\n"
    "         LIMIT 1) AS domain,\n"
    "       d.uuid, x.item, x.field, x.before, x.after, x.scan_id,\n"
    "       strftime('%Y-%m-%dT%H:%M:%SZ', s.collected_at, 'unixepoch') AS at\n"
    "  FROM temp.difference AS x\n"
    "  LEFT JOIN main.domain AS d ON d.domain_id = x.domain_id\n"
    "  LEFT JOIN temp.hypervisor_name AS h\n"
    "    ON h.hypervisor_id = ifnull(d.hypervisor_id, x.hypervisor_id)\n"
    "  LEFT JOIN main.scan AS s ON s.scan_id = x.scan_id\n"
    " WHERE " CHOSEN "\n"
    " ORDER BY hypervisor IS NULL, hypervisor, domain IS NOT NULL, domain, d.uuid, x.place, "
    "x.item,\n"
    "       x.id, x.rowid";

static const char COUNT[] =
    "SELECT count(*),\n"
    "       count(*) FILTER (WHERE what = 'domain' AND change = 'added'),\n"
    "       count(*) FILTER (WHERE what = 'domain' AND change = 'removed'),\n"
    "       count(DISTINCT domain_id)\n"
    "         FILTER (WHERE what <> 'finding' AND (what <> 'domain' OR change = 'changed')),\n"
    "       count(*) FILTER (WHERE what = 'finding' AND change = 'added'),\n"
    "       count(*) FILTER (WHERE what = 'finding' AND change = 'removed'),\n"
    "       count(*) FILTER (WHERE what = 'finding' AND change = 'changed'\n"
    "                           OR what IN ('hypervisor', 'image'))\n"
    "  FROM temp.difference AS x\n"
    " WHERE " CHOSEN;

static bool
compare_tables(sqlite3 *db, const struct diff_range *range, GError **error)
{
  if (!sql_script(db, MAKE_TABLE, error))
    return false;
  for (const struct diff_table *table = diff_tables; table->what; table++)
    if (!diff_compare(db, table, range, error))
      return false;
  return sql_script(db, DROP_IMPLIED, error);
}

static bool
write_temporary(sqlite3 *db, const char *sql, GError **error)
{
  bool done = database_allow_temporary(db, true, error) && sql_script(db, sql, error);

  return database_allow_temporary(db, false, done ? error : NULL) && done;
}

/* The connection stays at the later point. */
static bool
keep_names(sqlite3 *db, const struct diff_range *range, GError **error)
{
  return write_temporary(db, MAKE_NAMES, error) && as_of_go(db, &range->from, error) &&
         write_temporary(db, KEEP_NAMES, error) && as_of_go(db, &range->to, error) &&
         write_temporary(db, KEEP_NAMES, error);
}

bool
diff_make(sqlite3 *db, const struct diff_range *range, GError **error)
{
  if (!keep_names(db, range, error))
    return false;
  bool done = database_allow_temporary(db, true, error) && compare_tables(db, range, error);

  return database_allow_temporary(db, false, done ? error : NULL) && done;
}

sqlite3_stmt *
diff_rows(sqlite3 *db, const struct diff_range *range, const char *domains, GError **error)
{
  sqlite3_stmt *rows = sql_prepare(db, ROWS, error);

  if (!rows)
    return NULL;
  sql_bind_number(rows, ":to", range->to.scan_id);
  sql_bind_text(rows, ":domains", domains);
  return rows;
}

bool
diff_count(sqlite3 *db, const char *domains, struct diff_summary *ret_summary, GError **error)
{
  g_autoptr(Statement) count = sql_prepare(db, COUNT, error);

  if (!count)
    return false;
  sql_bind_text(count, ":domains", domains);
  if (sql_step(count, error) != 1)
    return false;
  *ret_summary = (struct diff_summary){
      .rows = sqlite3_column_int64(count, 0),
      .domains_added = sqlite3_column_int64(count, 1),
      .domains_removed = sqlite3_column_int64(count, 2),
      .domains_changed = sqlite3_column_int64(count, 3),
      .findings_opened = sqlite3_column_int64(count, 4),
      .findings_resolved = sqlite3_column_int64(count, 5),
      .others = sqlite3_column_int64(count, 6),
  };
  return true;
}
