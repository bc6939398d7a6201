/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger for tests, filled from facts written as text. */
#include "tests/unit/fleet.h"

#include "facts/stream.h"
#include "store/baseline.h"
#include "store/ingest.h"
#include "store/sql.h"
#include "tests/unit/scratch.h"

#include <stdio.h>
#include <string.h>

#define FIRST_SCAN_AT ((gint64)1700000000) /* 2023-11-14T22:13:20Z */

struct fleet {
  struct scratch *scratch;
  struct ledger *ledger;
  guint scans;
};

struct fleet *
fleet_new(void)
{
  struct fleet *fleet = g_new0(struct fleet, 1);
  g_autoptr(GError) error = NULL;

  fleet->scratch = scratch_new();
  g_autofree char *path = fleet_path(fleet, "ledger.db");
  fleet->ledger = ledger_open(path, LEDGER_WRITE, &error);
  g_assert_no_error(error);
  return fleet;
}

void
fleet_free(struct fleet *fleet)
{
  if (!fleet)
    return;
  ledger_close(fleet->ledger);
  scratch_free(fleet->scratch);
  g_free(fleet);
}

struct ledger *
fleet_ledger(struct fleet *fleet)
{
  return fleet->ledger;
}

char *
fleet_path(struct fleet *fleet, const char *name)
{
  return g_build_filename(fleet->scratch->path, name, NULL);
}

static guint
count_kind(GPtrArray *lines, const char *kind)
{
  g_autofree char *prefix = g_strdup_printf("{\"kind\":\"%s\"", kind);
  guint count = 0;

  for (guint i = 0; i < lines->len; i++)
    count += g_str_has_prefix(lines->pdata[i], prefix);
  return count;
}

static void
write_scan(struct fleet *fleet, FILE *out, char **words, GPtrArray *lines)
{
  guint given = g_strv_length(words);
  const char *host = words[1];
  const char *status = given > 2 ? words[2] : "complete";
  const char *driver = given > 3 ? words[3] : "QEMU";
  g_autofree char *uuid =
      given > 4 ? g_strdup_printf("\"host_uuid\":\"%s\",", words[4]) : g_strdup("");

  fprintf(
      out,
      "{\"kind\":\"collection\",\"version\":%d,\"tool\":\"test\",\"uri\":\"qemu+ssh://%s/system\","
      "\"at\":%" G_GINT64_FORMAT "}\n"
      "{\"kind\":\"hypervisor\",\"driver\":\"%s\",%s\"hostname\":\"%s\",\"scope\":\"system\"}\n",
      STREAM_VERSION, host, FIRST_SCAN_AT + 3600 * fleet->scans++, driver, uuid, host);
  for (guint i = 0; i < lines->len; i++)
    fprintf(out, "%s\n", (const char *)lines->pdata[i]);
  fprintf(out, "{\"kind\":\"end\",\"status\":\"%s\",\"domains\":%u,\"images\":%u,\"guests\":%u}\n",
          status, count_kind(lines, "domain"), count_kind(lines, "image"),
          count_kind(lines, "guest"));
}

static void
ingest_scan(struct fleet *fleet, const char *heading, GPtrArray *lines)
{
  g_auto(GStrv) words = g_strsplit(heading, " ", -1);
  g_autoptr(GError) error = NULL;
  FILE *stream = tmpfile();

  g_assert_nonnull(stream);
  g_assert_cmpuint(g_strv_length(words), >=, 2);
  write_scan(fleet, stream, words, lines);
  rewind(stream);
  g_autoptr(GPtrArray) results = ingest_streams(fleet->ledger, stream, NULL, &error);
  g_assert_no_error(error);
  g_assert_nonnull(results);
  fclose(stream);
}

static void
end_scan(struct fleet *fleet, const char *heading, GPtrArray *facts)
{
  if (heading)
    ingest_scan(fleet, heading, facts);
  g_ptr_array_set_size(facts, 0);
}

static void
run_sql(struct fleet *fleet, const char *sql)
{
  g_autoptr(GError) error = NULL;

  sql_script(ledger_db(fleet->ledger), sql, &error);
  g_assert_no_error(error);
}

/* By the user `test`, an hour after the scan before it. */
static void
accept_keys(struct fleet *fleet, const char *domain)
{
  static const char FIND[] = "SELECT domain_id FROM domain_fact"
                             " WHERE until_scan IS NULL AND name = :name";
  const struct baseline_word word = {"test", "as it is", FIRST_SCAN_AT + 3600 * fleet->scans};
  sqlite3 *db = ledger_db(fleet->ledger);
  g_autoptr(GError) error = NULL;
  g_autoptr(Statement) find = sql_prepare(db, FIND, &error);
  gint64 domain_id = 0;

  g_assert_no_error(error);
  sql_bind_text(find, ":name", domain);
  sql_find_number(find, &domain_id, &error);
  g_assert_cmpint(domain_id, >, 0);
  baseline_accept(db, domain_id, &word, &error);
  g_assert_no_error(error);
}

/* What stands between scans. */
static const struct {
  const char *word;
  void (*run)(struct fleet *fleet, const char *rest);
} commands[] = {{"@sql ", run_sql}, {"@accept ", accept_keys}};

static bool
take_command(struct fleet *fleet, const char *line)
{
  for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
    if (g_str_has_prefix(line, commands[i].word)) {
      commands[i].run(fleet, line + strlen(commands[i].word));
      return true;
    }
  return false;
}

void
fleet_ingest(struct fleet *fleet, const char *text)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  g_autoptr(GPtrArray) facts = g_ptr_array_new();
  const char *heading = NULL;

  for (char **line = lines; *line; line++) {
    if (g_str_has_prefix(*line, "{"))
      g_ptr_array_add(facts, *line);
    if (**line != '@')
      continue;
    end_scan(fleet, heading, facts);
    heading = g_str_has_prefix(*line, "@scan ") ? *line : NULL;
    if (!heading && !take_command(fleet, *line))
      break;
  }
  end_scan(fleet, heading, facts);
}

gint64
fleet_number(struct fleet *fleet, const char *sql)
{
  g_autoptr(GError) error = NULL;
  gint64 number = 0;

  sql_number(ledger_db(fleet->ledger), sql, &number, &error);
  g_assert_no_error(error);
  return number;
}
