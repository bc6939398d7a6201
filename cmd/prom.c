/* SPDX-License-Identifier: Apache-2.0 */
/* One query per metric: its last column is the value, those before are labels. */
#include "cmd/prom.h"

#include "cmd/output/escape.h"
#include "cmd/version.h"
#include "facts/clock.h"
#include "store/sql.h"

#include <string.h>
#include <sys/stat.h>

/* What a scan of some domains leaves: it says nothing of the others, and nothing against them. */
#define IS_SELECTION "last_status = 'partial' AND last_error IS NULL"

static const struct metric {
  const char *name, *help, *sql;
} metrics[] = {
    {"virt_ledger_info", "Version of virt-ledger that wrote this file.",
     "SELECT :version AS version, 1"},
    {"virt_ledger_duplicate_machine_ids", "Machine IDs that several guests share.",
     "SELECT count(*)\n"
     "  FROM findings\n"
     " WHERE rule = 'machine-id.duplicate' AND status = 'open'"},
    {"virt_ledger_duplicate_machine_id_guests", "Guests whose machine ID another one has, too.",
     "WITH shared AS MATERIALIZED (\n"
     "  SELECT subject FROM findings WHERE rule = 'machine-id.duplicate' AND status = 'open'\n"
     "),\n"
     "sharing AS (\n"
     "  SELECT m.hypervisor, m.domain_id FROM machine_ids AS m JOIN shared ON subject = "
     "m.machine_id\n"
     "   UNION\n"
     "  SELECT m.hypervisor, m.domain_id FROM machine_ids AS m JOIN shared ON subject = "
     "m.dbus_machine_id\n"
     ")\n"
     "SELECT h.name AS hypervisor, count(s.domain_id)\n"
     "  FROM hypervisors AS h\n"
     "  LEFT JOIN sharing AS s ON s.hypervisor = h.name\n"
     " GROUP BY h.name"},
    {"virt_ledger_host_keys_shared_guests",
     "Guests with an SSH host key that another one has, too.",
     "WITH shared AS MATERIALIZED (\n"
     "  SELECT subject FROM findings WHERE rule = 'host-key.duplicate' AND status = 'open'\n"
     "),\n"
     "sharing AS (\n"
     "  SELECT DISTINCT k.hypervisor, k.domain_id\n"
     "    FROM shared\n"
     "   CROSS JOIN host_key_fact AS f\n"
     "              ON f.fingerprint = subject AND f.until_scan IS NULL AND f.shared = 1\n"
     "   CROSS JOIN ssh_host_keys AS k ON k.root_id = f.root_id AND k.path = f.path\n"
     "   WHERE k.has_private = 1 OR k.state = 'ok'\n"
     ")\n"
     "SELECT h.name AS hypervisor, count(s.domain_id)\n"
     "  FROM hypervisors AS h\n"
     "  LEFT JOIN sharing AS s ON s.hypervisor = h.name\n"
     " GROUP BY h.name"},
    {"virt_ledger_findings",
     "Open findings; those about several hypervisors or none have an empty one.",
     "SELECT ifnull(hypervisor, '') AS hypervisor, rule AS rule, severity AS severity, count(*)\n"
     "  FROM findings\n"
     " WHERE status = 'open'\n"
     " GROUP BY 1, 2, 3"},
    {"virt_ledger_domains", "Domains that the last scans named.",
     "SELECT h.name AS hypervisor, count(d.domain_id)\n"
     "  FROM hypervisors AS h\n"
     "  LEFT JOIN domains AS d ON d.hypervisor = h.name\n"
     " GROUP BY h.name"},
    {"virt_ledger_guests_unreadable", "Guests that the last attempt could not read, by its status.",
     "SELECT d.hypervisor AS hypervisor, o.status AS status, count(*)\n"
     "  FROM guest_outcomes AS o\n"
     "  JOIN domains AS d ON d.domain_id = o.domain_id\n"
     " WHERE o.status <> 'ok'\n"
     " GROUP BY d.hypervisor, o.status"},
    {"virt_ledger_scan_complete", "Whether the last scan read the hypervisor to its end.",
     "SELECT name AS hypervisor,\n"
     "       ifnull(last_status = 'complete' OR last_complete_at IS NOT NULL AND " IS_SELECTION
     ", 0)\n"
     "  FROM hypervisors"},
    {"virt_ledger_scan_timestamp_seconds", "When the last complete scan began.",
     "SELECT name AS hypervisor, unixepoch(last_complete_at)\n"
     "  FROM hypervisors\n"
     " WHERE last_complete_at IS NOT NULL"},
    {"virt_ledger_scan_age_seconds", "How long ago that was when this file was written.",
     "SELECT name AS hypervisor, max(:now - unixepoch(last_complete_at), 0)\n"
     "  FROM hypervisors\n"
     " WHERE last_complete_at IS NOT NULL"},
    {"virt_ledger_scan_duration_seconds", "How long the last complete scan took to collect.",
     "SELECT h.name AS hypervisor, s.seconds\n"
     "  FROM hypervisors AS h\n"
     "  JOIN last_complete_scan AS c ON c.hypervisor_id = h.hypervisor_id\n"
     "  JOIN scans AS s ON s.scan_id = c.scan_id\n"
     " WHERE s.seconds IS NOT NULL"},
};

/*
 * A label's value: what cannot be printed is escaped as in tables, and that again as the format
 * wants it.
 */
static void
add_label_value(GString *text, const char *value)
{
  g_autofree char *printable = escape_text(value);

  g_string_append_c(text, '"');
  for (const char *at = printable; *at; at++) {
    if (*at == '\\' || *at == '"')
      g_string_append_c(text, '\\');
    g_string_append_c(text, *at);
  }
  g_string_append_c(text, '"');
}

static void
add_labels(GString *text, sqlite3_stmt *statement, int count)
{
  for (int column = 0; column < count; column++) {
    const char *value = (const char *)sqlite3_column_text(statement, column);

    g_string_append_printf(text, "%c%s=", column == 0 ? '{' : ',',
                           sqlite3_column_name(statement, column));
    add_label_value(text, value ? value : "");
  }
  if (count > 0)
    g_string_append_c(text, '}');
}

static void
add_sample(GString *text, const struct metric *metric, sqlite3_stmt *statement)
{
  const int labels = sqlite3_column_count(statement) - 1;
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append(text, metric->name);
  add_labels(text, statement, labels);
  g_ascii_formatd(number, sizeof(number), "%.15g", sqlite3_column_double(statement, labels));
  g_string_append_printf(text, " %s\n", number);
}

static bool
add_metric(GString *text, const struct metric *metric, Ledger *ledger, GError **error)
{
  g_autoptr(Statement) statement = sql_prepare(ledger_db(ledger), metric->sql, error);
  int row = -1;

  if (!statement)
    return false;
  sql_bind_text(statement, ":version", VERSION);
  sql_bind_number(statement, ":now", clock_now());
  g_string_append_printf(text, "# HELP %s %s\n# TYPE %s gauge\n", metric->name, metric->help,
                         metric->name);
  while ((row = sql_step(statement, error)) > 0)
    add_sample(text, metric, statement);
  return row == 0;
}

char *
prom_text(Ledger *ledger, GError **error)
{
  g_autoptr(GString) text = g_string_new(NULL);

  for (size_t i = 0; i < G_N_ELEMENTS(metrics); i++)
    if (!add_metric(text, &metrics[i], ledger, error))
      return NULL;
  return g_strndup(text->str, text->len);
}

bool
prom_is_name(const char *path)
{
  return g_str_has_suffix(path, ".prom");
}

bool
prom_write(Ledger *ledger, const char *path, GError **error)
{
  const GFileSetContentsFlags flags = G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE;
  g_autofree char *text = NULL;

  if (!prom_is_name(path)) {
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                "%s: metrics need a name that ends in .prom: no other file is read by Prometheus",
                path);
    return false;
  }
  if (!(text = prom_text(ledger, error)))
    return false;
  /* It is for others, whatever else of ours is not. */
  const mode_t before = umask(S_IWGRP | S_IWOTH);
  bool written = g_file_set_contents_full(path, text, -1, flags, 0644, error);
  umask(before);
  return written;
}
