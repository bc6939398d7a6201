/* SPDX-License-Identifier: Apache-2.0 */
/* Which files are opened as a ledger, how they are made, copied and checked. */
#include "ledger_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
expect_refused(const char *path, enum ledger_mode mode, enum store_error code, const char *part)
{
  g_autoptr(GError) error = NULL;
  struct ledger *ledger = ledger_open(path, mode, &error);

  g_assert_null(ledger);
  g_assert_error(error, STORE_ERROR, (int)code);
  if (!strstr(error->message, part))
    g_error("\"%s\" does not say \"%s\"", error->message, part);
}

static void
test_new(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autofree char *path = g_build_filename(fixture->folder, "a", "b", "ledger.db", NULL);
  g_autofree char *folder = g_path_get_dirname(path);
  GError *error = NULL;
  g_autoptr(Ledger) ledger = ledger_open(path, LEDGER_WRITE, &error);
  struct stat stat_;

  g_assert_no_error(error);
  g_assert_cmpint(ledger_schema_version(ledger), ==, ledger_schema_newest());
  g_assert_cmpint(stat(path, &stat_), ==, 0);
  g_assert_cmpint(stat_.st_mode & 07777, ==, 0600);
  g_assert_cmpint(stat(folder, &stat_), ==, 0);
  g_assert_cmpint(stat_.st_mode & 07777, ==, 0700);
}

static void
test_settings(void)
{
  static const struct {
    const char *sql, *expected;
  } settings[] = {
      {"PRAGMA application_id", "1447838791"},
      {"PRAGMA journal_mode", "truncate"},
      {"PRAGMA synchronous", "2"},
      {"PRAGMA foreign_keys", "1"},
      {"PRAGMA mmap_size", "0"},
      {"PRAGMA cell_size_check", "1"},
      {"PRAGMA trusted_schema", "0"},
  };
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  int defensive = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(settings); i++)
    ledger_fixture_expect(fixture, settings[i].sql, settings[i].expected);
  sqlite3_db_config(ledger_db(fixture->ledger), SQLITE_DBCONFIG_DEFENSIVE, -1, &defensive);
  g_assert_cmpint(defensive, ==, 1);
}

static void
test_reading_writes_nothing(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  GError *error = NULL;
  g_autoptr(Ledger) reader = ledger_open(fixture->path, LEDGER_READ, &error);

  g_assert_no_error(error);
  g_assert_cmpint(sqlite3_exec(ledger_db(reader), "DELETE FROM scan", NULL, NULL, NULL), ==,
                  SQLITE_READONLY);
  g_assert_cmpint(sqlite3_db_readonly(ledger_db(reader), "main"), ==, 1);
}

static void
test_not_found(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autofree char *missing = g_build_filename(fixture->folder, "none.db", NULL);
  g_autofree char *deep = g_build_filename(fixture->folder, "none", "none.db", NULL);
  g_autofree char *empty = g_build_filename(fixture->folder, "empty.db", NULL);

  expect_refused(missing, LEDGER_READ, STORE_ERROR_NOT_FOUND, "No such file");
  expect_refused(deep, LEDGER_READ, STORE_ERROR_NOT_FOUND, "No such file");
  g_assert_true(g_file_set_contents_full(empty, "", 0, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  expect_refused(empty, LEDGER_READ, STORE_ERROR_NOT_FOUND, "still empty");
}

/* --- unsafe paths ----------------------------------------------------------------------------- */

static void
make_link(const char *path)
{
  g_autofree char *real = g_strconcat(path, ".real", NULL);

  g_assert_cmpint(rename(path, real), ==, 0);
  g_assert_cmpint(symlink(real, path), ==, 0);
}

static void
make_dangling_link(const char *path)
{
  g_assert_cmpint(unlink(path), ==, 0);
  g_assert_cmpint(symlink("/nonexistent", path), ==, 0);
}

static void
make_second_name(const char *path)
{
  g_autofree char *other = g_strconcat(path, ".other", NULL);

  g_assert_cmpint(link(path, other), ==, 0);
}

static void
make_fifo(const char *path)
{
  g_assert_cmpint(unlink(path), ==, 0);
  g_assert_cmpint(mkfifo(path, 0600), ==, 0);
}

static void
make_folder(const char *path)
{
  g_assert_cmpint(unlink(path), ==, 0);
  g_assert_cmpint(mkdir(path, 0700), ==, 0);
}

static void
make_group_writable(const char *path)
{
  g_assert_cmpint(chmod(path, 0660), ==, 0);
}

static void
make_world_writable(const char *path)
{
  g_assert_cmpint(chmod(path, 0602), ==, 0);
}

static void
chmod_folder(const char *path, mode_t mode)
{
  g_autofree char *folder = g_path_get_dirname(path);

  g_assert_cmpint(chmod(folder, mode), ==, 0);
}

static void
make_folder_world_writable(const char *path)
{
  chmod_folder(path, 0777);
}

static void
make_folder_sticky(const char *path)
{
  chmod_folder(path, 01777);
}

static void
make_folder_group_writable(const char *path)
{
  chmod_folder(path, 0770);
}

struct unsafe {
  const char *name;
  void (*make)(const char *path);
  const char *part;
};

static const struct unsafe unsafes[] = {
    {"link", make_link, "symbolic link"},
    {"dangling-link", make_dangling_link, "symbolic link"},
    {"second-name", make_second_name, "second name"},
    {"fifo", make_fifo, "not a regular file"},
    {"folder", make_folder, "not a regular file"},
    {"group-writable", make_group_writable, "the ledger may be written by others"},
    {"world-writable", make_world_writable, "the ledger may be written by others"},
    {"folder-world-writable", make_folder_world_writable,
     "others may write in the ledger's folder"},
    {"folder-sticky", make_folder_sticky, "others may write in the ledger's folder"},
    {"folder-group-writable", make_folder_group_writable,
     "others may write in the ledger's folder"},
};

static void
test_unsafe(gconstpointer data)
{
  const struct unsafe *unsafe = data;
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  unsafe->make(fixture->path);
  expect_refused(fixture->path, LEDGER_READ, STORE_ERROR_UNSAFE, unsafe->part);
  expect_refused(fixture->path, LEDGER_WRITE, STORE_ERROR_UNSAFE, unsafe->part);
}

static void
test_somebody_elses(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  if (geteuid() != 0) {
    g_test_skip("only root can give a file away");
    return;
  }
  g_assert_cmpint(chown(fixture->path, 12345, 12345), ==, 0);
  expect_refused(fixture->path, LEDGER_WRITE, STORE_ERROR_UNSAFE, "the ledger belongs to somebody");
  g_assert_cmpint(chown(fixture->path, 0, 0), ==, 0);
  g_assert_cmpint(chown(fixture->folder, 12345, 12345), ==, 0);
  expect_refused(fixture->path, LEDGER_WRITE, STORE_ERROR_UNSAFE, "folder belongs to somebody");
}

/* A folder may be reached by a link: what counts is where it leads. */
static void
test_folder_by_link(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autofree char *link = g_strconcat(fixture->folder, ".link", NULL);
  g_autofree char *path = g_build_filename(link, "ledger.db", NULL);
  GError *error = NULL;

  g_assert_cmpint(symlink(fixture->folder, link), ==, 0);
  g_autoptr(Ledger) ledger = ledger_open(path, LEDGER_WRITE, &error);
  g_assert_no_error(error);
  g_assert_nonnull(ledger);
  g_unlink(link);
}

/* --- other files ------------------------------------------------------------------------------ */

static void
test_not_sqlite(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autofree char *path = g_build_filename(fixture->folder, "text.db", NULL);
  g_autofree char *text = g_strnfill(5000, 'x');

  g_assert_true(g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  expect_refused(path, LEDGER_WRITE, STORE_ERROR_FOREIGN, "not a ledger");
  expect_refused(path, LEDGER_READ, STORE_ERROR_FOREIGN, "not a ledger");
}

/* What somebody does to a ledger, or to a file of his own, with SQLite. */
static void
tamper(const char *path, const char *sql)
{
  sqlite3 *db;

  g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
    g_error("%s", sqlite3_errmsg(db));
  g_assert_cmpint(sqlite3_close(db), ==, SQLITE_OK);
}

struct tampering {
  const char *name, *sql;
  enum store_error code;
  const char *part;
};

static const struct tampering tamperings[] = {
    {"application", "PRAGMA application_id = 7", STORE_ERROR_FOREIGN, "another program"},
    {"no-application", "PRAGMA application_id = 0", STORE_ERROR_FOREIGN, "another program"},
    {"newer", "PRAGMA user_version = 1000", STORE_ERROR_NEWER, "newer virt-ledger"},
    {"no-version", "PRAGMA user_version = 0", STORE_ERROR_FOREIGN, "another program"},
    {"negative-version", "PRAGMA user_version = -1", STORE_ERROR_FOREIGN, "another program"},
    {"trigger", "CREATE TRIGGER t AFTER INSERT ON scan BEGIN DELETE FROM domain; END",
     STORE_ERROR_CORRUPT, "found trigger t"},
    {"table", "CREATE TABLE another (a)", STORE_ERROR_CORRUPT, "found table another"},
    {"view", "DROP VIEW findings; CREATE VIEW findings AS SELECT 1 WHERE 0", STORE_ERROR_CORRUPT,
     "view findings is another"},
    {"missing-view", "DROP VIEW findings", STORE_ERROR_CORRUPT, "expected view findings"},
    {"missing-index", "DROP INDEX domain_fact_by_name", STORE_ERROR_CORRUPT,
     "expected index domain_fact_by_name"},
    {"column", "ALTER TABLE note ADD COLUMN extra TEXT", STORE_ERROR_CORRUPT,
     "table note is another"},
    {"write-ahead-log", "PRAGMA journal_mode = WAL; CREATE TABLE another (a)", STORE_ERROR_CORRUPT,
     "found table another"},
};

static void
test_tampered(gconstpointer data)
{
  const struct tampering *tampering = data;
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  tamper(fixture->path, tampering->sql);
  expect_refused(fixture->path, LEDGER_WRITE, tampering->code, tampering->part);
  expect_refused(fixture->path, LEDGER_READ, tampering->code, tampering->part);
}

/* What ANALYZE leaves only tells the planner something. */
static void
test_analyzed(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  tamper(fixture->path, "INSERT INTO audit (at, rules) VALUES (1, 1); ANALYZE");
  ledger_fixture_reopen(fixture);
}

static void
test_truncated(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  g_assert_cmpint(truncate(fixture->path, 8192), ==, 0);
  expect_refused(fixture->path, LEDGER_READ, STORE_ERROR_CORRUPT, "damaged");
}

/* --- copies and checks ------------------------------------------------------------------------ */

static void
test_backup(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autofree char *path = g_build_filename(fixture->folder, "copy.db", NULL);
  GError *error = NULL;
  ledger_fixture_fill(fixture, COLLECTION HYPERVISOR DOMAIN(UUID_1, "a") END(1, 0, 0));
  g_autofree char *before = ledger_fixture_dump(fixture);
  struct stat stat_;

  g_assert_true(ledger_backup(fixture->ledger, path, &error));
  g_assert_no_error(error);
  g_assert_cmpint(stat(path, &stat_), ==, 0);
  g_assert_cmpint(stat_.st_mode & 07777, ==, 0600);
  g_assert_false(ledger_backup(fixture->ledger, path, &error));
  g_assert_error(error, STORE_ERROR, STORE_ERROR_FULL);
  g_assert_nonnull(strstr(error->message, "File exists"));
  g_clear_error(&error);
  g_assert_cmpint(rename(path, fixture->path), ==, 0);
  ledger_fixture_reopen(fixture);
  g_autofree char *after = ledger_fixture_dump(fixture);
  g_assert_cmpstr(before, ==, after);
}

/* Nothing is left of a backup that fails. */
static void
test_backup_fails(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autofree char *path = g_build_filename(fixture->folder, "none", "copy.db", NULL);
  GError *error = NULL;

  g_assert_false(ledger_backup(fixture->ledger, path, &error));
  g_assert_error(error, STORE_ERROR, STORE_ERROR_FULL);
  g_clear_error(&error);
  g_autoptr(GDir) folder = g_dir_open(fixture->folder, 0, NULL);
  for (const char *name; (name = g_dir_read_name(folder));)
    g_assert_true(g_str_has_prefix(name, "ledger.db"));
}

static char *
check(struct ledger_fixture *fixture)
{
  g_autoptr(GPtrArray) faults = NULL;
  GError *error = NULL;

  g_assert_true(ledger_check(fixture->ledger, &faults, &error));
  g_assert_no_error(error);
  g_ptr_array_add(faults, NULL);
  return g_strjoinv(" / ", (char **)faults->pdata);
}

static void
test_check(void)
{
  static const struct {
    const char *sql, *expected;
  } cases[] = {
      {"", ""},
      {"PRAGMA foreign_keys = OFF; DELETE FROM domain",
       "row ? of domain_fact points to nothing in domain"},
      {"UPDATE domain SET digest = NULL", "domain 1 is gone and has current facts"},
      {"UPDATE domain_fact SET until_scan = since_scan",
       "domain 1 has a fact that ends before it begins"},
      {"INSERT INTO domain_fact (domain_id, since_scan, name, status) VALUES (1, 2, 'b', 'ok')",
       "domain 1 has two facts at once"},
      {"CREATE TABLE another (a)", "its schema is not that of its version: expected table audit, "
                                   "found table another"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
    ledger_fixture_fill(fixture, COLLECTION HYPERVISOR DOMAIN(UUID_1, "a") END(1, 0, 0));
    ledger_fixture_fill(fixture, COLLECTION HYPERVISOR DOMAIN(UUID_1, "a") END(1, 0, 0));

    tamper(fixture->path, cases[i].sql);
    g_autofree char *faults = check(fixture);
    g_assert_cmpstr(faults, ==, cases[i].expected);
  }
}

static void
test_default_path(void)
{
  g_setenv("VIRT_LEDGER", "/somewhere/ledger.db", TRUE);
  g_autofree char *named = ledger_default_path();
  g_unsetenv("VIRT_LEDGER");
  g_autofree char *usual = ledger_default_path();

  g_assert_cmpstr(named, ==, "/somewhere/ledger.db");
  if (geteuid() == 0)
    g_assert_cmpstr(usual, ==, "/var/lib/virt-ledger/ledger.db");
  else
    g_assert_true(g_str_has_suffix(usual, "/virt-ledger/ledger.db"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(unsafes); i++) {
    g_autofree char *path = g_strconcat("/store/unsafe/", unsafes[i].name, NULL);
    g_test_add_data_func(path, &unsafes[i], test_unsafe);
  }
  for (size_t i = 0; i < G_N_ELEMENTS(tamperings); i++) {
    g_autofree char *path = g_strconcat("/store/tampered/", tamperings[i].name, NULL);
    g_test_add_data_func(path, &tamperings[i], test_tampered);
  }
  g_test_add_func("/store/ledger/new", test_new);
  g_test_add_func("/store/ledger/settings", test_settings);
  g_test_add_func("/store/ledger/reading-writes-nothing", test_reading_writes_nothing);
  g_test_add_func("/store/ledger/not-found", test_not_found);
  g_test_add_func("/store/ledger/somebody-elses", test_somebody_elses);
  g_test_add_func("/store/ledger/folder-by-link", test_folder_by_link);
  g_test_add_func("/store/ledger/not-sqlite", test_not_sqlite);
  g_test_add_func("/store/ledger/analyzed", test_analyzed);
  g_test_add_func("/store/ledger/truncated", test_truncated);
  g_test_add_func("/store/ledger/backup", test_backup);
  g_test_add_func("/store/ledger/backup-fails", test_backup_fails);
  g_test_add_func("/store/ledger/check", test_check);
  g_test_add_func("/store/ledger/default-path", test_default_path);
  return g_test_run();
}
