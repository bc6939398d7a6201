/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of facts: whatever can be parsed comes back the same from what is written of it; and
 * whatever a stream says, the ledger it is ingested into stays sound.
 */
#include "facts/stream.h"
#include "store/ingest.h"
#include "store/ledger.h"

#include <glib/gstdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What every input gets: the same fresh ledger. */
struct target {
  struct ledger *ledger;
  sqlite3 *fresh; /* a copy of it while it was new, in memory */
};

static void
copy(sqlite3 *to, sqlite3 *from)
{
  sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");

  g_assert_nonnull(backup);
  g_assert_cmpint(sqlite3_backup_step(backup, -1), ==, SQLITE_DONE);
  g_assert_cmpint(sqlite3_backup_finish(backup), ==, SQLITE_OK);
}

/* The file is removed at once, so that nothing is left of it, however this ends. */
static struct target
make_target(void)
{
  g_autofree char *folder = g_dir_make_tmp("virt-ledger-fuzz-XXXXXX", NULL);
  g_autofree char *path = g_build_filename(folder, "ledger.db", NULL);
  g_autofree char *journal = g_strconcat(path, "-journal", NULL);
  GError *error = NULL;
  struct target target = {.ledger = ledger_open(path, LEDGER_WRITE, &error)};

  g_assert_no_error(error);
  sqlite3_exec(ledger_db(target.ledger),
               "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; "
               "PRAGMA synchronous = OFF; BEGIN IMMEDIATE; COMMIT",
               NULL, NULL, NULL);
  g_assert_cmpint(sqlite3_open(":memory:", &target.fresh), ==, SQLITE_OK);
  copy(target.fresh, ledger_db(target.ledger));
  g_unlink(path);
  g_unlink(journal);
  g_rmdir(folder);
  return target;
}

static char *
write_fact(const struct fact *fact, size_t *ret_size)
{
  char *text = NULL;
  FILE *out = open_memstream(&text, ret_size);

  g_assert_true(stream_write(out, fact->kind, fact->data, NULL));
  fclose(out);
  return text;
}

/* Parse, write, parse, write: the same text twice. */
static void
try_line(const char *line, size_t length)
{
  struct fact fact, again;
  size_t size, size_again;

  stream_guess_kind(line, length);
  if (!stream_parse(line, length, &fact, NULL))
    return;
  char *text = write_fact(&fact, &size);
  g_assert_true(stream_parse(text, size - 1, &again, NULL));
  g_assert_cmpint(stream_guess_kind(text, size - 1), ==, fact.kind);
  char *text_again = write_fact(&again, &size_again);
  g_assert_cmpmem(text, size, text_again, size_again);
  fact_clear(&fact);
  fact_clear(&again);
  free(text);
  free(text_again);
}

static void
try_lines(const char *text, size_t size)
{
  const char *end = text + size, *newline;

  for (const char *line = text; line < end; line = newline + 1) {
    newline = memchr(line, '\n', (size_t)(end - line));
    if (!newline)
      newline = end;
    try_line(line, (size_t)(newline - line));
  }
}

/* Whether it was taken as a whole. */
static bool
ingest(struct ledger *ledger, const char *text, size_t size, const struct ingest_options *options)
{
  FILE *in = fmemopen((char *)text, size, "r");
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) results = ingest_streams(ledger, in, options, &error);

  fclose(in);
  if (!results)
    g_assert_error(error, STORE_ERROR, STORE_ERROR_STREAM);
  return results;
}

static void
expect_sound(struct ledger *ledger)
{
  g_autoptr(GPtrArray) faults = NULL;

  g_assert_true(ledger_check(ledger, &faults, NULL));
  for (guint i = 0; i < faults->len; i++)
    g_error("%s", (const char *)faults->pdata[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const char *const names[] = {"one", "two", NULL};
  static const struct ingest_options one = {.configured_as = "one", .configured = names},
                                     two = {.configured_as = "two", .configured = names};
  static struct target target;
  /* In memory that ends where the input does, so that a byte too far is noticed. */
  g_autofree char *text = g_memdup2(data, size);

  if (!target.ledger)
    target = make_target();
  if (size == 0)
    return 0;
  try_lines(text, size);
  copy(ledger_db(target.ledger), target.fresh);
  if (ingest(target.ledger, text, size, NULL))
    g_assert_true(ingest(target.ledger, text, size, NULL));
  ingest(target.ledger, text, size, &one);
  ingest(target.ledger, text, size, &two);
  expect_sound(target.ledger);
  return 0;
}
