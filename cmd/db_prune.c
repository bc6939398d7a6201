/* SPDX-License-Identifier: Apache-2.0 */
/* Count, ask, remove. */
#include "cmd/db_prune.h"

#include "cmd/output/message.h"
#include "cmd/output/table.h"
#include "facts/clock.h"
#include "store/prune.h"

#include <stdio.h>
#include <unistd.h>

static enum exit_status
fail(const struct globals *globals, const GError *error)
{
  message_error(globals, "%s", error->message);
  return EXIT_ERROR;
}

static gint64
total_of(const GArray *counts)
{
  gint64 total = 0;

  for (guint i = 0; i < counts->len; i++)
    total += g_array_index(counts, struct prune_count, i).rows;
  return total;
}

static void
add_line(struct table *table, const char *name, gint64 rows)
{
  g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, rows);

  table_add_line(table, -1);
  table_set(table, 0, name);
  table_set(table, 1, number);
}

static void
print_counts(const GArray *counts)
{
  g_autoptr(Table) table = table_new(true);

  table_add_column(table, "table", TABLE_PLAIN);
  table_add_column(table, "rows", TABLE_RIGHT);
  for (guint i = 0; i < counts->len; i++) {
    const struct prune_count *count = &g_array_index(counts, struct prune_count, i);

    if (count->rows > 0)
      add_line(table, count->table, count->rows);
  }
  add_line(table, "total", total_of(counts));
  table_print(table, stdout);
}

static bool
person_agrees(void)
{
  char answer[8] = "";

  fflush(stdout);
  fputs("Remove them? [y/N] ", stderr);
  return fgets(answer, sizeof answer, stdin) && (*answer == 'y' || *answer == 'Y');
}

/* Whether to go on; if not, `ret_status` is that of the program. */
static bool
may_remove(const struct globals *globals, const struct prune_options *options,
           enum exit_status *ret_status)
{
  const bool somebody = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);

  if (!options->dry_run && (options->yes || (somebody && person_agrees())))
    return true;
  if (options->dry_run || somebody)
    message_note(globals, "nothing was removed");
  else
    message_error(globals, "nothing was removed, for there is nobody to ask: say --yes");
  *ret_status = options->dry_run || somebody ? EXIT_OK : EXIT_ERROR;
  return false;
}

static enum exit_status
vacuum(const struct globals *globals, sqlite3 *db)
{
  g_autoptr(GError) error = NULL;

  return prune_vacuum(db, &error) ? EXIT_OK : fail(globals, error);
}

/* An earlier run may have left room all the same. */
static enum exit_status
remove_nothing(const struct globals *globals, sqlite3 *db, const struct prune_options *options)
{
  return options->vacuum && !options->dry_run ? vacuum(globals, db) : EXIT_OK;
}

/* The person may have thought for long: what is counted now is what has gone. */
static enum exit_status
remove_rows(const struct globals *globals, sqlite3 *db, const struct history_point *before,
            const struct prune_options *options)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) counts = prune_run(db, before, false, &error);

  if (!counts)
    return fail(globals, error);
  message_note(globals, "%" G_GINT64_FORMAT " rows were removed", total_of(counts));
  if (options->vacuum)
    return vacuum(globals, db);
  message_note(globals, "the room they took is used again; --vacuum makes the file smaller");
  return EXIT_OK;
}

static enum exit_status
prune(const struct globals *globals, sqlite3 *db, const struct history_point *before,
      const struct prune_options *options)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) counts = prune_run(db, before, true, &error);
  enum exit_status status;

  if (!counts)
    return fail(globals, error);
  print_counts(counts);
  if (total_of(counts) == 0) {
    message_note(globals, "nothing had ended by scan %" G_GINT64_FORMAT, before->scan_id);
    return remove_nothing(globals, db, options);
  }
  return may_remove(globals, options, &status) ? remove_rows(globals, db, before, options) : status;
}

enum exit_status
db_prune(const struct globals *globals, struct ledger *ledger, const struct prune_options *options)
{
  g_autoptr(GError) error = NULL;
  struct history_point before;
  struct moment moment;

  if (!options->before)
    return message_usage(globals, "db", "db prune: --before is missing");
  if (!moment_parse(options->before, clock_now(), &moment, &error))
    return message_usage(globals, "db", "db prune: --before: %s", error->message);
  if (history_find(ledger_db(ledger), &moment, &before, &error))
    return prune(globals, ledger_db(ledger), &before, options);
  if (!g_error_matches(error, STORE_ERROR, STORE_ERROR_TOO_EARLY))
    return fail(globals, error);
  message_note(globals, "nothing to remove: %s", error->message);
  return remove_nothing(globals, ledger_db(ledger), options);
}
