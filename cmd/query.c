/* SPDX-License-Identifier: Apache-2.0 */
/* virt-ledger query: the user's own SQL, which may only read. */
#include "cmd/input.h"
#include "cmd/open.h"
#include "cmd/output/message.h"
#include "cmd/output/rows.h"
#include "store/guard.h"

#include <string.h>

#define TIMEOUT_S 60

/* Bytes of a value: SQLite makes a greater one in no time, but to print it takes minutes. */
#define VALUE_MAX (64 << 20)

struct query_options {
  char *file, *as_of;
  gint64 timeout_s;
  struct output_options output;
};

#define AT(member) offsetof(struct query_options, member)
static const struct verb_option options[] = {
    {"file", 'f', OPTION_TEXT, AT(file), "FILE", "read the SQL from a file; - is standard input"},
    {"timeout", 0, OPTION_NUMBER, AT(timeout_s), "SECONDS", "how long all of it may take (60)"},
    OPEN_AS_OF_OPTION(struct query_options),
    OUTPUT_OPTIONS(struct query_options),
    {0},
};
#undef AT

static void
finalize(gpointer statement)
{
  sqlite3_finalize(statement);
}

/* All statements of a text: a mistake in the last is known before the first one prints. */
static GPtrArray *
prepare_all(sqlite3 *db, const char *sql, GError **error)
{
  g_autoptr(GPtrArray) statements = g_ptr_array_new_with_free_func(finalize);

  while (*sql) {
    sqlite3_stmt *statement = NULL;

    int code = sqlite3_prepare_v2(db, sql, -1, &statement, &sql);
    if (code != SQLITE_OK) {
      g_set_error(error, STORE_ERROR, STORE_ERROR_SQL, "statement %u: %s%s", statements->len + 1,
                  sqlite3_errmsg(db), code == SQLITE_AUTH ? ": a query may only read" : "");
      return NULL;
    }
    /* White space and comments are no statement. */
    if (statement)
      g_ptr_array_add(statements, statement);
  }
  return g_steal_pointer(&statements);
}

static bool
write_all(GPtrArray *statements, const struct output_options *how, GError **error)
{
  g_autoptr(Output) output = output_new(stdout, how, statements->len);

  for (guint i = 0; i < statements->len; i++)
    if (!rows_write_all(statements->pdata[i], output, error))
      return false;
  return true;
}

static enum exit_status
query(const struct globals *globals, sqlite3 *db, const char *sql,
      const struct query_options *chosen)
{
  gint64 timeout_s = chosen->timeout_s ? chosen->timeout_s : TIMEOUT_S;
  struct guard_clock clock;
  g_autoptr(GError) error = NULL;
  enum exit_status status = EXIT_ERROR;

  guard_compile_begin(db);
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, VALUE_MAX);
  guard_clock_begin(&clock, db, MIN(timeout_s, G_MAXINT64 / 1000) * 1000);
  g_autoptr(GPtrArray) statements = prepare_all(db, sql, &error);
  if (statements && statements->len == 0)
    status = message_usage(globals, "query", "query: there is no SQL in it");
  else if (statements && write_all(statements, &chosen->output, &error))
    status = EXIT_OK;
  else if (clock.expired)
    message_error(globals, "stopped after %" G_GINT64_FORMAT " s; --timeout allows more",
                  timeout_s);
  else if (error)
    message_error(globals, "%s", error->message);
  guard_clock_end(db);
  guard_compile_end(db);
  return status;
}

static enum exit_status
run(const struct globals *globals, gpointer data, char **arguments)
{
  const struct query_options *chosen = data;
  g_autoptr(GError) error = NULL;

  if (!*arguments == !chosen->file)
    return message_usage(globals, "query", "query: give either SQL or --file");
  g_autofree char *sql = chosen->file ? input_read(chosen->file, &error) : g_strdup(*arguments);
  if (!sql) {
    message_error(globals, "%s", error->message);
    return EXIT_ERROR;
  }
  g_autoptr(Ledger) ledger = NULL;
  enum exit_status status = open_as_of(globals, "query", chosen->as_of, &ledger);
  return ledger ? query(globals, ledger_db(ledger), sql, chosen) : status;
}

const struct verb verb_query = {
    .name = "query",
    .arguments = "[SQL]",
    .summary = "ask the ledger in SQL, which may only read",
    .help = "Runs SELECT statements over the views of the ledger: hypervisors, domains, disks,\n"
            "images, guests, identities, machine_ids, interfaces, filesystems, chains, findings,\n"
            "scans and more. Nothing else is allowed: no ATTACH, no PRAGMA, nothing that writes.\n"
            "\n"
            "Several statements, from a file or separated by semicolons, give several results:\n"
            "tables and CSV stand apart by an empty line, JSON is an array of arrays. A value has\n"
            "at most 64 MiB.\n"
            "\n"
            "With --as-of, every view is as it was then; main.domains is today's.\n"
            "\n"
            "Exit status: 0; 1 when a statement is refused, fails, or takes too long.\n"
            "\n"
            "Examples:\n"
            "  virt-ledger query 'SELECT name, state FROM domains WHERE vcpus > 8'\n"
            "  virt-ledger query 'SELECT machine_id, group_concat(domain) AS domains\n"
            "      FROM machine_ids GROUP BY machine_id HAVING count(*) > 1'\n"
            "  virt-ledger query -f report.sql --format json | jq .\n"
            "  virt-ledger query --as-of 17 'SELECT name FROM domains\n"
            "      EXCEPT SELECT name FROM main.domains'\n",
    .options = options,
    .options_size = sizeof(struct query_options),
    .max_arguments = 1,
    .run = run,
};
