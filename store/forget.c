/* SPDX-License-Identifier: Apache-2.0 */
/* A scan of its own, so that every row that ends says when it did. */
#include "store/forget.h"

#include "facts/clock.h"
#include "store/hypervisor_facts.h"
#include "store/keepers.h"
#include "store/scans.h"
#include "store/sql.h"

/* What is lost of the name stays in the scans. */
static const char URI[] = "SELECT uri\n"
                          "  FROM hypervisor_fact\n"
                          " WHERE hypervisor_id = :id AND until_scan IS NULL";

static const char RELEASE[] = "UPDATE hypervisor\n"
                              "   SET configured_as = NULL\n"
                              " WHERE hypervisor_id = :id";

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
release(sqlite3 *db, gint64 hypervisor_id, GError **error)
{
  g_autoptr(Statement) statement = sql_prepare(db, RELEASE, error);

  if (!statement)
    return false;
  sql_bind_number(statement, ":id", hypervisor_id);
  return sql_run(statement, error);
}

/* As a complete stream would that names nothing. */
static bool
end_kept(sqlite3 *db, const struct fact_place *place, GError **error)
{
  struct row_changes changes = {0};
  struct keepers *keepers = keepers_new(db, &changes, error);

  if (!keepers)
    return false;
  keepers_begin(keepers, place->id, place->scan_id, STREAM_VERSION);
  bool closed = keepers_close_absent(keepers, error);
  keepers_free(keepers);
  return closed;
}

static bool
end_own(sqlite3 *db, const struct fact_place *place, GError **error)
{
  struct row_changes changes = {0};
  struct fact_table *facts = hypervisor_facts_new(db, &changes, error);
  bool closed = facts && fact_table_close(facts, place, error);

  fact_table_free(facts);
  return closed;
}

static bool
end_facts(sqlite3 *db, const struct fact_place *place, GError **error)
{
  return end_kept(db, place, error) && end_own(db, place, error) && release(db, place->id, error);
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
         end_facts(db, &(struct fact_place){.id = hypervisor_id, .scan_id = end.scan_id}, error) &&
         scans_finish(scans, &end, error);
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
