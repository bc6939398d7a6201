/* SPDX-License-Identifier: Apache-2.0 */
/* A scan of its own, so that every row that ends says when it did. */
#include "store/forget.h"

#include "facts/clock.h"
#include "store/keeper.h"
#include "store/scans.h"
#include "store/sql.h"

/* What is lost of the name stays in the scans. */
static const char URI[] = "SELECT uri\n"
                          "  FROM hypervisor_fact\n"
                          " WHERE hypervisor_id = :id AND until_scan IS NULL";

static const char END[] = "UPDATE hypervisor_fact\n"
                          "   SET until_scan = :scan_id\n"
                          " WHERE hypervisor_id = :id AND until_scan IS NULL";

static const char RELEASE[] = "UPDATE hypervisor\n"
                              "   SET configured_as = NULL\n"
                              " WHERE hypervisor_id = :id";

static const struct {
  enum fact_kind fact;
  const struct keeper_kind *kind;
} kept[] = {
    {FACT_GUEST, &keeper_guest},
    {FACT_DOMAIN, &keeper_domain},
    {FACT_IMAGE, &keeper_image},
};

/* The URI of a current hypervisor, new; "" when there is none. NULL with an error. */
static char *
find_uri(sqlite3 *db, gint64 hypervisor_id, GError **error)
{
  g_autoptr(Statement) find = sql_prepare(db, URI, error);

  if (!find)
    return NULL;
  sql_bind_number(find, ":id", hypervisor_id);
  int row = sql_step(find, error);
  if (row < 0)
    return NULL;
  return g_strdup(row ? (const char *)sqlite3_column_text(find, 0) : "");
}

static bool
run(sqlite3 *db, const char *sql, gint64 hypervisor_id, gint64 scan_id, GError **error)
{
  g_autoptr(Statement) statement = sql_prepare(db, sql, error);

  if (!statement)
    return false;
  sql_bind_number(statement, ":id", hypervisor_id);
  sql_bind_number(statement, ":scan_id", scan_id);
  return sql_run(statement, error);
}

static bool
end_facts(sqlite3 *db, gint64 hypervisor_id, gint64 scan_id, GError **error)
{
  for (size_t i = 0; i < G_N_ELEMENTS(kept); i++) {
    struct row_changes changes = {0};
    struct keeper *keeper = keeper_new(db, kept[i].fact, kept[i].kind, &changes, error);

    if (!keeper)
      return false;
    keeper_begin(keeper, hypervisor_id, scan_id);
    bool closed = keeper_close_absent(keeper, error);
    keeper_free(keeper);
    if (!closed)
      return false;
  }
  return run(db, END, hypervisor_id, scan_id, error) &&
         run(db, RELEASE, hypervisor_id, scan_id, error);
}

static bool
forget(sqlite3 *db, struct scans *scans, gint64 hypervisor_id, const char *tool, GError **error)
{
  g_autofree char *uri = find_uri(db, hypervisor_id, error);
  struct scan_end end = {
      .hypervisor_id = hypervisor_id, .status = SCAN_FORGOTTEN, .duration_ms = FACT_UNKNOWN};

  if (!uri)
    return false;
  const struct collection collection = {.tool = (char *)tool, .uri = uri, .at = clock_now()};
  return (end.scan_id = scans_begin(scans, &collection, uri, error)) &&
         end_facts(db, hypervisor_id, end.scan_id, error) && scans_finish(scans, &end, error);
}

bool
forget_hypervisor(struct ledger *ledger, gint64 hypervisor_id, const char *tool, GError **error)
{
  sqlite3 *db = ledger_db(ledger);
  struct scans *scans = scans_new(db, error);

  if (!scans)
    return false;
  bool done = sql_begin(db, error) && forget(db, scans, hypervisor_id, tool, error) &&
              sql_commit(db, error);
  if (!done)
    sql_rollback(db);
  scans_free(scans);
  return done;
}
