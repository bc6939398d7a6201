/* SPDX-License-Identifier: Apache-2.0 */
/* Find it, say what hangs on it, end it, and audit what is left. */
#include "cmd/hosts_forget.h"

#include "audit/audit.h"
#include "cmd/open.h"
#include "cmd/output/message.h"
#include "cmd/version.h"
#include "hypervisor/connection_uri.h"
#include "store/forget.h"
#include "store/sql.h"

static const char FIND[] = "SELECT h.hypervisor_id,\n"
                           "       h.name,\n"
                           "       (SELECT count(*)\n"
                           "          FROM domain AS d\n"
                           "          JOIN domain_fact AS f\n"
                           "            ON f.domain_id = d.domain_id AND f.until_scan IS NULL\n"
                           "         WHERE d.hypervisor_id = h.hypervisor_id)\n"
                           "  FROM hypervisors AS h\n"
                           " WHERE :name IN (h.configured_as, h.name, h.uri)\n"
                           " ORDER BY h.name";

struct host {
  gint64 hypervisor_id, domains;
  char *name;
};

static void
host_free(gpointer data)
{
  struct host *host = data;

  g_free(host->name);
  g_free(host);
}

/* All that the name could mean. NULL with an error. */
static GPtrArray *
find(sqlite3 *db, const char *name, GError **error)
{
  g_autoptr(Statement) statement = sql_prepare(db, FIND, error);
  g_autoptr(GPtrArray) hosts = g_ptr_array_new_with_free_func(host_free);
  int row = -1;

  if (!statement)
    return NULL;
  sql_bind_text(statement, ":name", name);
  while ((row = sql_step(statement, error)) > 0) {
    struct host *host = g_new0(struct host, 1);

    host->hypervisor_id = sqlite3_column_int64(statement, 0);
    host->name = g_strdup((const char *)sqlite3_column_text(statement, 1));
    host->domains = sqlite3_column_int64(statement, 2);
    g_ptr_array_add(hosts, host);
  }
  return row == 0 ? g_steal_pointer(&hosts) : NULL;
}

/* The only one; NULL after a message. */
static const struct host *
only_one(const struct globals *globals, const GPtrArray *hosts, const char *name)
{
  if (hosts->len == 1)
    return hosts->pdata[0];
  if (hosts->len == 0)
    message_error(globals, "the ledger knows no hypervisor '%s'", name);
  for (guint i = 0; i < hosts->len; i++)
    message_error(globals, "'%s' may be %s", name, ((const struct host *)hosts->pdata[i])->name);
  return NULL;
}

static enum exit_status
forget(const struct globals *globals, Ledger *ledger, const struct host *host)
{
  const struct audit_options options = {.folder = RULES_FOLDER};
  struct audit_result result;
  g_autoptr(GError) error = NULL;

  if (!forget_hypervisor(ledger, host->hypervisor_id, VERSION_TOOL, &error) ||
      !audit_run(ledger, &options, &result, &error)) {
    message_error(globals, "%s", error->message);
    return EXIT_ERROR;
  }
  message_note(globals,
               "%s is forgotten: %" G_GINT64_FORMAT " domain%s ended, %u findings resolved",
               host->name, host->domains, MESSAGE_PLURAL(host->domains), result.findings.resolved);
  audit_result_clear(&result);
  return EXIT_OK;
}

enum exit_status
hosts_forget(const struct globals *globals, const char *words, bool yes)
{
  /* A URI is in the ledger without its password. */
  g_autofree char *name = connection_uri_public(words);
  g_autoptr(Ledger) ledger = open_existing(globals, LEDGER_WRITE);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) hosts = ledger ? find(ledger_db(ledger), name, &error) : NULL;

  if (error)
    message_error(globals, "%s", error->message);
  const struct host *host = hosts ? only_one(globals, hosts, name) : NULL;
  if (!host)
    return EXIT_ERROR;
  if (yes)
    return forget(globals, ledger, host);
  message_error(globals,
                "%s and its %" G_GINT64_FORMAT " domain%s would be forgotten; --yes does it",
                host->name, host->domains, MESSAGE_PLURAL(host->domains));
  return EXIT_ERROR;
}
