/* SPDX-License-Identifier: Apache-2.0 */
/* One query joins the configuration, as JSON, with the ledger. */
#include "cmd/hosts_list.h"

#include "cmd/output/rows.h"
#include "hypervisor/connection_uri.h"
#include "store/migrate.h"

#include <stdlib.h>
#include <string.h>

static const char HOSTS[] =
    "WITH configured AS (\n"
    "  SELECT key AS place,\n"
    "         value ->> 'name' AS name,\n"
    "         value ->> 'uri' AS uri,\n"
    "         value ->> 'transport' AS transport,\n"
    "         value ->> 'labels' AS labels\n"
    "    FROM json_each(:configured)),\n"
    "host AS (\n"
    "  SELECT c.place, c.name, c.uri, c.transport, c.labels, 1 AS configured, h.hypervisor_id\n"
    "    FROM configured AS c\n"
    "    LEFT JOIN hypervisor AS h ON h.configured_as = c.name\n"
    "   UNION ALL\n"
    "  SELECT NULL, ifnull(h.configured_as, h.name), h.uri, NULL, h.labels, 0, h.hypervisor_id\n"
    "    FROM hypervisors AS h\n"
    "   WHERE h.configured_as IS NULL OR h.configured_as NOT IN (SELECT name FROM configured))\n"
    "SELECT o.name, o.uri, o.transport, o.labels, o.configured,\n"
    "       h.last_status AS status, h.last_scan_at, h.last_complete_at, h.last_seconds AS "
    "seconds,\n"
    "       (SELECT count(*)\n"
    "          FROM domain AS d\n"
    "          JOIN domain_fact AS f ON f.domain_id = d.domain_id AND f.until_scan IS NULL\n"
    "         WHERE d.hypervisor_id = h.hypervisor_id) AS domains,\n"
    "       h.last_error AS error\n"
    "  FROM host AS o\n"
    "  LEFT JOIN hypervisors AS h ON h.hypervisor_id = o.hypervisor_id\n"
    " ORDER BY o.place IS NULL, o.place, o.name";

/* Those of the query, in its order. */
static const struct output_column columns[] = {
    {"name"},   {"uri"},          {"transport"},        {"labels"},  {"configured", UNIT_TRUTH},
    {"status"}, {"last_scan_at"}, {"last_complete_at"}, {"seconds"}, {"domains"},
    {"error"},
};

/* What a person wants to see of them in a table. */
static const int shown[] = {0, 1, 2, 3, 4, 5, 6, 8, 9, 10};

static json_t *
hypervisor_json(const struct config_hypervisor *hypervisor)
{
  g_autofree char *uri = connection_uri_public(hypervisor->uri);
  g_autofree char *labels = hypervisor->labels ? g_strjoinv(", ", hypervisor->labels) : NULL;

  return json_pack("{s:s, s:s, s:s, s:s?}", "name", hypervisor->name, "uri", uri, "transport",
                   config_transport_words[hypervisor->transport], "labels", labels);
}

/* All sections as a JSON array. New: free(). */
static char *
config_json(const struct config *config)
{
  json_t *configured = json_array();

  for (guint i = 0; i < config->hypervisors->len; i++)
    json_array_append_new(configured, hypervisor_json(config->hypervisors->pdata[i]));
  char *text = json_dumps(configured, 0);
  json_decref(configured);
  return text;
}

struct listing {
  char *configured; /* config_json() */
  struct output *output;
  bool table; /* for people */
};

static bool
write_shown(sqlite3_stmt *statement, struct output *output, GError **error)
{
  struct output_column picked[G_N_ELEMENTS(shown)];

  for (size_t i = 0; i < G_N_ELEMENTS(shown); i++)
    picked[i] = columns[shown[i]];
  return rows_write(statement, output, picked, shown, G_N_ELEMENTS(shown), error);
}

static bool
write_rows(sqlite3 *db, const struct listing *listing, GError **error)
{
  g_autoptr(Statement) statement = sql_prepare(db, HOSTS, error);

  if (!statement)
    return false;
  sql_bind_text(statement, ":configured", listing->configured);
  return listing->table
             ? write_shown(statement, listing->output, error)
             : rows_write(statement, listing->output, columns, NULL, G_N_ELEMENTS(columns), error);
}

/* A ledger without a row, in memory: what is configured is listed also before the first scan. */
static bool
write_unscanned(const struct listing *listing, GError **error)
{
  sqlite3 *db = NULL;
  bool written = sqlite3_open(":memory:", &db) == SQLITE_OK &&
                 migrate_run(db, 0, migrate_newest(), error) && write_rows(db, listing, error);

  sqlite3_close(db);
  return written;
}

bool
hosts_list(const struct config *config, struct ledger *ledger, const struct output_options *how,
           GError **error)
{
  g_autoptr(Output) output = output_new(stdout, how, 1);
  const struct listing listing = {
      .configured = config_json(config),
      .output = output,
      .table = !how->format || strcmp(how->format, "table") == 0,
  };
  bool written =
      ledger ? write_rows(ledger_db(ledger), &listing, error) : write_unscanned(&listing, error);

  free(listing.configured);
  return written;
}
