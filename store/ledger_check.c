/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of a whole ledger: SQLite's own, and what our tables promise beyond their constraints. */
#include "store/ledger.h"

#include "store/migrate.h"
#include "store/sql.h"

/* Rows of a query whose first column is a fault; texts that SQLite gives for "none" are not. */
static const char INTEGRITY[] = "SELECT integrity_check\n"
                                "  FROM pragma_integrity_check\n"
                                " WHERE integrity_check <> 'ok'";

static const char FOREIGN_KEYS[] =
    "SELECT 'row ' || ifnull(rowid, '?') || ' of ' || \"table\" || ' points to nothing in '\n"
    "       || parent\n"
    "  FROM pragma_foreign_key_check";

/* At most one row of a thing is current, and none begins before the one before it has ended. */
static const char INTERVALS[] =
    "WITH interval (thing, since, until) AS (\n"
    "  SELECT 'hypervisor ' || hypervisor_id, since_scan, until_scan FROM hypervisor_fact\n"
    "   UNION ALL\n"
    "  SELECT 'domain ' || domain_id, since_scan, until_scan FROM domain_fact\n"
    "   UNION ALL\n"
    "  SELECT 'definition of domain ' || domain_id, since_scan, until_scan FROM domain_xml\n"
    "   UNION ALL\n"
    "  SELECT 'disk ' || target || ' of domain ' || domain_id, since_scan, until_scan\n"
    "    FROM disk_fact\n"
    "   UNION ALL\n"
    "  SELECT 'interface ' || position || ' of domain ' || domain_id, since_scan, until_scan\n"
    "    FROM interface_fact\n"
    "   UNION ALL\n"
    "  SELECT 'file system ' || position || ' of domain ' || domain_id, since_scan, until_scan\n"
    "    FROM filesystem_fact\n"
    "   UNION ALL\n"
    "  SELECT 'image ' || image_id, since_scan, until_scan FROM image_fact\n"
    "   UNION ALL\n"
    "  SELECT 'guest ' || guest_id, since_scan, until_scan FROM guest_fact\n"
    "   UNION ALL\n"
    "  SELECT 'root ' || root_id, since_scan, until_scan FROM root_fact\n"
    "   UNION ALL\n"
    "  SELECT kind || ' ' || path || ' of root ' || root_id, since_scan, until_scan\n"
    "    FROM identity_fact\n"
    "   UNION ALL\n"
    "  SELECT 'finding ' || finding_id, since_audit, until_audit FROM finding_fact\n"
    "),\n"
    "-- Of rows in order: where the row before ends.\n"
    "ordered AS (\n"
    "  SELECT thing, since, until, row_number() OVER w AS place, lag(until) OVER w AS before\n"
    "    FROM interval\n"
    "  WINDOW w AS (PARTITION BY thing ORDER BY since)\n"
    ")\n"
    "SELECT thing || ' has a fact that ends before it begins' FROM ordered WHERE until <= since\n"
    " UNION ALL\n"
    "SELECT thing || ' has two facts at once'\n"
    "  FROM ordered\n"
    " WHERE place > 1 AND (before IS NULL OR before > since)";

/* What is gone has no current facts. */
static const char GONE[] =
    "SELECT 'domain ' || d.domain_id || ' is gone and has current facts'\n"
    "  FROM domain AS d\n"
    " WHERE d.digest IS NULL\n"
    "   AND EXISTS (SELECT 1 FROM domain_fact WHERE domain_id = d.domain_id AND until_scan IS "
    "NULL)\n"
    " UNION ALL\n"
    "SELECT 'image ' || i.image_id || ' is gone and has current facts'\n"
    "  FROM image AS i\n"
    " WHERE i.digest IS NULL\n"
    "   AND EXISTS (SELECT 1 FROM image_fact WHERE image_id = i.image_id AND until_scan IS NULL)\n"
    " UNION ALL\n"
    "SELECT 'guest ' || g.guest_id || ' is gone and has current facts'\n"
    "  FROM guest AS g\n"
    " WHERE g.digest IS NULL\n"
    "   AND EXISTS (SELECT 1 FROM guest_fact WHERE guest_id = g.guest_id AND until_scan IS NULL)";

static const char *const checks[] = {INTEGRITY, FOREIGN_KEYS, INTERVALS, GONE};

static bool
run_check(sqlite3 *db, const char *sql, GPtrArray *faults, GError **error)
{
  g_autoptr(Statement) statement = sql_prepare(db, sql, error);
  int row = -1;

  while (statement && (row = sql_step(statement, error)) > 0)
    g_ptr_array_add(faults, g_strdup((const char *)sqlite3_column_text(statement, 0)));
  return row == 0;
}

/* Only that it is another schema is a fault; everything else is an error. */
static bool
check_schema(struct ledger *ledger, GPtrArray *faults, GError **error)
{
  GError *wrong = NULL;

  if (migrate_verify(ledger_db(ledger), ledger_schema_version(ledger), &wrong))
    return true;
  if (!g_error_matches(wrong, STORE_ERROR, STORE_ERROR_CORRUPT)) {
    g_propagate_error(error, wrong);
    return false;
  }
  g_ptr_array_add(faults, g_strdup(wrong->message));
  g_error_free(wrong);
  return true;
}

bool
ledger_check(struct ledger *ledger, GPtrArray **ret_faults, GError **error)
{
  g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func(g_free);

  if (!check_schema(ledger, faults, error))
    return false;
  for (size_t i = 0; i < G_N_ELEMENTS(checks); i++)
    if (!run_check(ledger_db(ledger), checks[i], faults, error))
      return false;
  *ret_faults = g_steal_pointer(&faults);
  return true;
}
