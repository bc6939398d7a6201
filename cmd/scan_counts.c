/* SPDX-License-Identifier: Apache-2.0 */
/* One query for a whole fleet: one for each hypervisor would cost the square of the fleet. */
#include "cmd/scan_counts.h"

#include "store/sql.h"

static const char GUESTS_BY_STATUS[] =
    "SELECT d.hypervisor_id, o.status, count(*)\n"
    "  FROM domain AS d\n"
    "  JOIN guest_outcomes AS o ON o.domain_id = d.domain_id\n"
    " WHERE d.hypervisor_id IN (SELECT value FROM json_each(:hypervisors))\n"
    " GROUP BY d.hypervisor_id, o.status\n"
    " ORDER BY d.hypervisor_id, o.status = 'ok' DESC, count(*) DESC, o.status";

struct scan_counts {
  GHashTable *objects; /* hypervisor_id to json_t */
  json_t *none;
};

static void
free_object(gpointer object)
{
  json_decref(object);
}

static json_t *
object_of(struct scan_counts *counts, gint64 hypervisor_id)
{
  json_t *object = g_hash_table_lookup(counts->objects, &hypervisor_id);

  if (!object) {
    object = json_object();
    g_hash_table_insert(counts->objects, g_memdup2(&hypervisor_id, sizeof hypervisor_id), object);
  }
  return object;
}

static char *
ids_text(const GArray *hypervisor_ids)
{
  GString *text = g_string_new("[");

  for (guint i = 0; i < hypervisor_ids->len; i++)
    g_string_append_printf(text, "%s%" G_GINT64_FORMAT, i ? "," : "",
                           g_array_index(hypervisor_ids, gint64, i));
  return g_string_free(g_string_append_c(text, ']'), FALSE);
}

struct scan_counts *
scan_counts_new(struct ledger *ledger, const GArray *hypervisor_ids)
{
  g_autoptr(Statement) statement = sql_prepare(ledger_db(ledger), GUESTS_BY_STATUS, NULL);
  g_autoptr(ScanCounts) counts = g_new0(struct scan_counts, 1);
  g_autofree char *ids = ids_text(hypervisor_ids);
  int row = -1;

  counts->objects = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_object);
  counts->none = json_object();
  if (statement)
    sql_bind_text(statement, ":hypervisors", ids);
  while (statement && (row = sql_step(statement, NULL)) > 0)
    json_object_set_new(object_of(counts, sqlite3_column_int64(statement, 0)),
                        (const char *)sqlite3_column_text(statement, 1),
                        json_integer(sqlite3_column_int64(statement, 2)));
  return row == 0 ? g_steal_pointer(&counts) : NULL;
}

void
scan_counts_free(struct scan_counts *counts)
{
  if (!counts)
    return;
  g_hash_table_unref(counts->objects);
  json_decref(counts->none);
  g_free(counts);
}

json_t *
scan_counts_of(const struct scan_counts *counts, gint64 hypervisor_id)
{
  json_t *object = g_hash_table_lookup(counts->objects, &hypervisor_id);

  return object ? object : counts->none;
}
