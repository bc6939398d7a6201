/* SPDX-License-Identifier: Apache-2.0 */
/* Ledgers for tests. */
#include "ledger_fixture.h"

#include <glib/gstdio.h>
#include <string.h>

static void
open_ledger(struct ledger_fixture *fixture)
{
  GError *error = NULL;

  fixture->ledger = ledger_open(fixture->path, LEDGER_WRITE, &error);
  g_assert_no_error(error);
}

struct ledger_fixture *
ledger_fixture_new(void)
{
  struct ledger_fixture *fixture = g_new0(struct ledger_fixture, 1);
  GError *error = NULL;

  fixture->folder = g_dir_make_tmp("virt-ledger-XXXXXX", &error);
  g_assert_no_error(error);
  fixture->path = g_build_filename(fixture->folder, "ledger.db", NULL);
  open_ledger(fixture);
  return fixture;
}

static void
remove_folder(const char *path)
{
  g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
  const char *name;

  while (folder && (name = g_dir_read_name(folder))) {
    g_autofree char *inner = g_build_filename(path, name, NULL);

    if (g_file_test(inner, G_FILE_TEST_IS_DIR) && !g_file_test(inner, G_FILE_TEST_IS_SYMLINK))
      remove_folder(inner);
    else
      g_unlink(inner);
  }
  g_rmdir(path);
}

void
ledger_fixture_free(struct ledger_fixture *fixture)
{
  ledger_close(fixture->ledger);
  remove_folder(fixture->folder);
  g_free(fixture->folder);
  g_free(fixture->path);
  g_free(fixture);
}

void
ledger_fixture_reopen(struct ledger_fixture *fixture)
{
  ledger_close(fixture->ledger);
  open_ledger(fixture);
}

static GPtrArray *
ingest(struct ledger_fixture *fixture, const char *text, GError **error)
{
  FILE *in = fmemopen((char *)text, strlen(text), "r");

  g_assert_nonnull(in);
  GPtrArray *results = ingest_streams(fixture->ledger, in, fixture->options, error);
  fclose(in);
  return results;
}

struct ingest_result *
ledger_fixture_ingest(struct ledger_fixture *fixture, const char *text)
{
  GError *error = NULL;
  g_autoptr(GPtrArray) results = ingest(fixture, text, &error);

  g_assert_no_error(error);
  g_assert_cmpuint(results->len, >, 0);
  return g_ptr_array_steal_index(results, results->len - 1);
}

void
ledger_fixture_fill(struct ledger_fixture *fixture, const char *text)
{
  ingest_result_free(ledger_fixture_ingest(fixture, text));
}

void
ledger_fixture_refuse(struct ledger_fixture *fixture, const char *text, const char *part)
{
  g_autoptr(GError) error = NULL;
  GPtrArray *results = ingest(fixture, text, &error);

  g_assert_null(results);
  g_assert_error(error, STORE_ERROR, STORE_ERROR_STREAM);
  if (!strstr(error->message, part))
    g_error("\"%s\" does not say \"%s\"", error->message, part);
}

static void
append_row(GString *text, sqlite3_stmt *row)
{
  for (int i = 0; i < sqlite3_column_count(row); i++) {
    const char *value = (const char *)sqlite3_column_text(row, i);

    g_string_append_printf(text, "%s%s", i ? "|" : "", value ? value : "-");
  }
}

char *
ledger_fixture_query(struct ledger_fixture *fixture, const char *sql)
{
  sqlite3 *db = ledger_db(fixture->ledger);
  GString *text = g_string_new(NULL);
  sqlite3_stmt *statement = NULL;
  int code;

  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
    g_error("%s: %s", sql, sqlite3_errmsg(db));
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    if (text->len > 0)
      g_string_append(text, " / ");
    append_row(text, statement);
  }
  g_assert_cmpint(code, ==, SQLITE_DONE);
  sqlite3_finalize(statement);
  return g_string_free(text, FALSE);
}

char *
ledger_fixture_dump(struct ledger_fixture *fixture)
{
  g_autofree char *names = ledger_fixture_query(
      fixture, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'scan'");
  g_auto(GStrv) tables = g_strsplit(names, " / ", -1);
  GString *dump = g_string_new(NULL);

  for (char **table = tables; *table; table++) {
    g_autofree char *sql = g_strdup_printf("SELECT * FROM %s ORDER BY 1, 2", *table);
    g_autofree char *rows = ledger_fixture_query(fixture, sql);

    g_string_append_printf(dump, "%s: %s\n", *table, rows);
  }
  return g_string_free(dump, FALSE);
}
