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
    "  SELECT 'sshd of root ' || root_id, since_scan, until_scan FROM sshd_fact\n"
    "   UNION ALL\n"
    "  SELECT 'host key ' || path || ' of root ' || root_id, since_scan, until_scan\n"
    "    FROM host_key_fact\n"
    "   UNION ALL\n"
    "  SELECT 'account ' || name || ' of root ' || root_id, since_scan, until_scan\n"
    "    FROM account_fact\n"
    "   UNION ALL\n"
    "  SELECT 'key ' || entry || ' of ' || user || ' in ' || key_file || ' of root ' || root_id,\n"
    "         since_scan, until_scan\n"
    "    FROM authorized_key_fact\n"
    "   UNION ALL\n"
    "  SELECT 'source ' || source || ' of keys of ' || user || ' of root ' || root_id,\n"
    "         since_scan, until_scan\n"
    "    FROM key_source_fact\n"
    "   UNION ALL\n"
    "  SELECT 'cloud-init of root ' || root_id, since_scan, until_scan FROM cloud_init_fact\n"
    "   UNION ALL\n"
    "  SELECT 'seed ' || place || ' by ' || road || ' of domain ' || domain_id,\n"
    "         since_scan, until_scan\n"
    "    FROM seed_fact\n"
    "   UNION ALL\n"
    "  SELECT 'user ' || name || ' of seed ' || place || ' by ' || road || ' of domain '\n"
    "         || domain_id, since_scan, until_scan\n"
    "    FROM seed_user_fact\n"
    "   UNION ALL\n"
    "  SELECT 'key ' || entry || ' of ' || user || ' of seed ' || place || ' by ' || road\n"
    "         || ' of domain ' || domain_id, since_scan, until_scan\n"
    "    FROM seed_key_fact\n"
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

/* What is in a root or a seed that has ended has ended, too. */
static const char LOST[] =
    "WITH inside (what, root_id) AS (\n"
    "  SELECT 'identities', root_id FROM identity_fact WHERE until_scan IS NULL\n"
    "   UNION\n"
    "  SELECT 'an sshd', root_id FROM sshd_fact WHERE until_scan IS NULL\n"
    "   UNION\n"
    "  SELECT 'host keys', root_id FROM host_key_fact WHERE until_scan IS NULL\n"
    "   UNION\n"
    "  SELECT 'accounts', root_id FROM account_fact WHERE until_scan IS NULL\n"
    "   UNION\n"
    "  SELECT 'authorized keys', root_id FROM authorized_key_fact WHERE until_scan IS NULL\n"
    "   UNION\n"
    "  SELECT 'sources of keys', root_id FROM key_source_fact WHERE until_scan IS NULL\n"
    "   UNION\n"
    "  SELECT 'a cloud-init', root_id FROM cloud_init_fact WHERE until_scan IS NULL\n"
    "),\n"
    "declared (what, domain_id, road, place) AS (\n"
    "  SELECT 'users', domain_id, road, place FROM seed_user_fact WHERE until_scan IS NULL\n"
    "   UNION\n"
    "  SELECT 'keys', domain_id, road, place FROM seed_key_fact WHERE until_scan IS NULL\n"
    ")\n"
    "SELECT 'root ' || i.root_id || ' is gone and has ' || i.what\n"
    "  FROM inside AS i\n"
    " WHERE NOT EXISTS (SELECT 1 FROM root_fact WHERE root_id = i.root_id AND until_scan IS NULL)\n"
    " UNION ALL\n"
    "SELECT 'seed ' || d.place || ' by ' || d.road || ' of domain ' || d.domain_id\n"
    "       || ' is gone and has ' || d.what\n"
    "  FROM declared AS d\n"
    " WHERE NOT EXISTS (SELECT 1\n"
    "                     FROM seed_fact\n"
    "                    WHERE domain_id = d.domain_id AND road = d.road AND place = d.place\n"
    "                      AND until_scan IS NULL)";

static const char *const checks[] = {INTEGRITY, FOREIGN_KEYS, INTERVALS, GONE, LOST};

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
