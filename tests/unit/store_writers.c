/* SPDX-License-Identifier: Apache-2.0 */
/* Several writers, full disks, a killed writer: the ledger is the old one or the new one. */
#include "ledger_fixture.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define WRITERS 2
#define ROUNDS  8

static char *
make_stream(guint host, guint domains, guint round)
{
  GString *text = g_string_new(COLLECTION);

  g_string_append_printf(text,
                         "{\"kind\":\"hypervisor\",\"driver\":\"QEMU\",\"hostname\":\"h%u\","
                         "\"scope\":\"system\"}\n",
                         host);
  for (guint i = 0; i < domains; i++)
    g_string_append_printf(text,
                           "{\"kind\":\"domain\",\"uuid\":\"00000000-0000-4000-8000-%012x\","
                           "\"name\":\"%0200u\",\"status\":\"ok\"}\n",
                           i, round);
  g_string_append_printf(text,
                         "{\"kind\":\"end\",\"status\":\"complete\",\"domains\":%u,\"images\":0,"
                         "\"guests\":0}\n",
                         domains);
  return g_string_free(text, FALSE);
}

/* In a process of its own. Its exit status is that of STORE_ERROR and one more, or 0. */
static int
ingest(const char *path, const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Ledger) ledger = ledger_open(path, LEDGER_WRITE, &error);
  FILE *in = fmemopen((char *)text, strlen(text), "r");
  g_autoptr(GPtrArray) results = ledger ? ingest_streams(ledger, in, NULL, &error) : NULL;

  fclose(in);
  if (!results)
    g_printerr("# %s\n", error->message);
  return results ? 0 : error->code + 1;
}

static int
wait_for(pid_t child)
{
  int status;

  g_assert_cmpint(waitpid(child, &status, 0), ==, child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static void
write_rounds(const char *path, guint host)
{
  int failed = 0;

  for (guint round = 0; round < ROUNDS && !failed; round++) {
    g_autofree char *text = make_stream(host, 50, round);
    failed = ingest(path, text);
  }
  _exit(failed);
}

static void
test_two_writers(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  pid_t children[WRITERS];

  ledger_close(g_steal_pointer(&fixture->ledger)); /* a child must not inherit a connection */
  for (guint i = 0; i < WRITERS; i++)
    if ((children[i] = fork()) == 0)
      write_rounds(fixture->path, i);
  for (guint i = 0; i < WRITERS; i++)
    g_assert_cmpint(wait_for(children[i]), ==, 0);
  ledger_fixture_reopen(fixture);
  ledger_fixture_expect(fixture,
                        "SELECT count(*), count(DISTINCT hypervisor_id) FROM scan"
                        " WHERE status = 'complete'",
                        "16|2");
  ledger_fixture_expect(fixture, "SELECT count(*) FROM domains", "100");
}

static void
test_new_by_two(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autofree char *path = g_build_filename(fixture->folder, "new", "ledger.db", NULL);
  pid_t children[WRITERS];

  for (guint i = 0; i < WRITERS; i++)
    if ((children[i] = fork()) == 0)
      write_rounds(path, i);
  for (guint i = 0; i < WRITERS; i++)
    g_assert_cmpint(wait_for(children[i]), ==, 0);
}

static void
test_does_not_wait_for_ever(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autofree char *text = make_stream(0, 1, 0);
  pid_t child;

  g_assert_cmpint(sqlite3_exec(ledger_db(fixture->ledger), "BEGIN IMMEDIATE", NULL, NULL, NULL), ==,
                  SQLITE_OK);
  if ((child = fork()) == 0) {
    g_setenv("VIRT_LEDGER_WAIT", "0", TRUE);
    _exit(ingest(fixture->path, text));
  }
  g_assert_cmpint(wait_for(child), ==, STORE_ERROR_BUSY + 1);
  sqlite3_exec(ledger_db(fixture->ledger), "ROLLBACK", NULL, NULL, NULL);
}

/* The page that would be one too many. */
static void
test_no_space(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autofree char *small = make_stream(0, 1, 0);
  g_autofree char *large = make_stream(0, 2000, 1);
  ledger_fixture_fill(fixture, small);
  g_autofree char *before = ledger_fixture_dump(fixture);
  g_autoptr(GError) error = NULL;

  sqlite3_exec(ledger_db(fixture->ledger), "PRAGMA max_page_count = 60", NULL, NULL, NULL);
  FILE *in = fmemopen(large, strlen(large), "r");
  g_assert_null(ingest_streams(fixture->ledger, in, NULL, &error));
  fclose(in);
  g_assert_error(error, STORE_ERROR, STORE_ERROR_FULL);
  g_assert_nonnull(strstr(error->message, "no space is left"));
  g_autofree char *after = ledger_fixture_dump(fixture);
  g_assert_cmpstr(before, ==, after);
  ledger_fixture_expect(fixture, "SELECT count(*) FROM scan", "1");
}

/* A write that the system refuses, in the journal or in the ledger. */
static void
test_write_fails(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autofree char *small = make_stream(0, 1, 0);
  g_autofree char *large = make_stream(0, 4000, 1);
  ledger_fixture_fill(fixture, small);
  g_autofree char *before = ledger_fixture_dump(fixture);
  pid_t child;

  ledger_close(g_steal_pointer(&fixture->ledger));
  if ((child = fork()) == 0) {
    const struct rlimit limit = {512 * 1024, 512 * 1024};

    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    _exit(ingest(fixture->path, large));
  }
  g_assert_cmpint(wait_for(child), ==, STORE_ERROR_FULL + 1);
  ledger_fixture_reopen(fixture);
  g_autofree char *after = ledger_fixture_dump(fixture);
  g_assert_cmpstr(before, ==, after);
}

/* Reads from a pipe that never ends; every page it changes goes to the file at once. */
static void
ingest_for_ever(const char *path, int fd)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Ledger) ledger = ledger_open(path, LEDGER_WRITE, &error);
  g_autoptr(GPtrArray) results = NULL;

  sqlite3_exec(ledger_db(ledger), "PRAGMA cache_size = 1", NULL, NULL, NULL);
  results = ingest_streams(ledger, fdopen(fd, "r"), NULL, &error);
  _exit(0);
}

static void
test_killed(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autofree char *small = make_stream(0, 500, 0);
  g_autofree char *large = make_stream(0, 8000, 1);
  const size_t most = strlen(large) - 1000;
  ledger_fixture_fill(fixture, small);
  g_autofree char *before = ledger_fixture_dump(fixture);
  g_autoptr(GError) error = NULL;
  int pipe_[2];
  pid_t child;

  ledger_close(g_steal_pointer(&fixture->ledger));
  g_assert_cmpint(pipe(pipe_), ==, 0);
  if ((child = fork()) == 0) {
    close(pipe_[1]);
    ingest_for_ever(fixture->path, pipe_[0]);
  }
  close(pipe_[0]);
  for (size_t written = 0; written < most;) {
    ssize_t count = write(pipe_[1], large + written, most - written);

    g_assert_cmpint(count, >, 0);
    written += (size_t)count;
  }
  kill(child, SIGKILL);
  g_assert_cmpint(wait_for(child), ==, 1000 + SIGKILL);
  close(pipe_[1]);

  /* What it left is there, or this test says nothing. */
  g_autofree char *journal = g_strconcat(fixture->path, "-journal", NULL);
  g_autofree char *left = NULL;
  gsize size = 0;
  g_assert_true(g_file_get_contents(journal, &left, &size, NULL));
  g_assert_cmpuint(size, >, 0);

  g_autoptr(Ledger) reader = ledger_open(fixture->path, LEDGER_READ, &error);
  g_assert_no_error(error);
  g_assert_nonnull(reader);
  ledger_fixture_reopen(fixture);
  g_autofree char *after = ledger_fixture_dump(fixture);
  g_assert_cmpstr(before, ==, after);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/store/writers/two", test_two_writers);
  g_test_add_func("/store/writers/new-by-two", test_new_by_two);
  g_test_add_func("/store/writers/does-not-wait-for-ever", test_does_not_wait_for_ever);
  g_test_add_func("/store/writers/no-space", test_no_space);
  g_test_add_func("/store/writers/write-fails", test_write_fails);
  g_test_add_func("/store/writers/killed", test_killed);
  return g_test_run();
}
