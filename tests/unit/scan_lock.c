/* SPDX-License-Identifier: Apache-2.0 */
/* One scan at a time: who waits, who is told what, and which lock files are refused. */
#include "store/scan_lock.h"
#include "ledger_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What another process does with the lock, once it has it. */
enum habit { HOLD_FOR_EVER, HOLD_BRIEFLY };

/* A process that holds the lock when this returns. */
static pid_t
holder_start(const char *path, enum habit habit)
{
  int ready[2];
  char byte;

  g_assert_cmpint(pipe(ready), ==, 0);
  pid_t pid = fork();
  g_assert_cmpint(pid, >=, 0);
  if (pid == 0) {
    g_autoptr(ScanLock) lock = scan_lock_take(path, "scan", 0, NULL);

    if (!lock || write(ready[1], "", 1) != 1)
      _exit(1);
    g_usleep(habit == HOLD_BRIEFLY ? 300000 : 60000000);
    scan_lock_free(g_steal_pointer(&lock));
    _exit(0);
  }
  close(ready[1]);
  g_assert_cmpint(read(ready[0], &byte, 1), ==, 1);
  close(ready[0]);
  return pid;
}

static void
holder_end(pid_t pid)
{
  kill(pid, SIGKILL);
  g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
}

static void
expect_refused(const char *path, enum store_error code, const char *part)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ScanLock) lock = scan_lock_take(path, "watch", 0, &error);

  g_assert_null(lock);
  g_assert_error(error, STORE_ERROR, (int)code);
  if (!strstr(error->message, part))
    g_error("\"%s\" does not say \"%s\"", error->message, part);
}

static void
expect_taken(const char *path, guint wait_ms)
{
  GError *error = NULL;
  g_autoptr(ScanLock) lock = scan_lock_take(path, "watch", wait_ms, &error);

  g_assert_no_error(error);
  g_assert_nonnull(lock);
}

static void
test_says_who(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  g_setenv("VIRT_LEDGER_CLOCK", "1764028800", TRUE);
  pid_t pid = holder_start(fixture->path, HOLD_FOR_EVER);
  g_autofree char *who =
      g_strdup_printf("virt-ledger scan, process %d, since 2025-11-25T00:00:00Z", pid);
  expect_refused(fixture->path, STORE_ERROR_BUSY, who);
  g_unsetenv("VIRT_LEDGER_CLOCK");
  holder_end(pid);
}

static void
test_one_process_twice(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autoptr(ScanLock) lock = scan_lock_take(fixture->path, "scan", 0, NULL);

  g_assert_nonnull(lock);
  expect_refused(fixture->path, STORE_ERROR_BUSY, "virt-ledger scan");
  scan_lock_free(g_steal_pointer(&lock));
  expect_taken(fixture->path, 0);
}

static void
test_waits(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  pid_t pid = holder_start(fixture->path, HOLD_BRIEFLY);

  expect_taken(fixture->path, 20000);
  holder_end(pid);
}

static void
test_gives_up(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  pid_t pid = holder_start(fixture->path, HOLD_FOR_EVER);
  gint64 begun_us = g_get_monotonic_time();

  g_assert_null(scan_lock_take(fixture->path, "watch", 200, NULL));
  g_assert_cmpint(g_get_monotonic_time() - begun_us, >=, 200000);
  holder_end(pid);
}

/* What a killed holder wrote stays in the file, and counts for nothing. */
static void
test_dead_holder(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  holder_end(holder_start(fixture->path, HOLD_FOR_EVER));
  expect_taken(fixture->path, 0);
}

static void
test_odd_content(void)
{
  static const char *const contents[] = {"", "scan", "\033[31m 1 1", "scan 1 -"};
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autofree char *name = g_strconcat(fixture->path, ".lock", NULL);
  g_autoptr(ScanLock) lock = scan_lock_take(fixture->path, "scan", 0, NULL);

  g_assert_nonnull(lock);
  for (size_t i = 0; i < G_N_ELEMENTS(contents); i++) {
    g_assert_cmpint(truncate(name, 0), ==, 0);
    int fd = open(name, O_WRONLY);
    g_assert_cmpint(write(fd, contents[i], strlen(contents[i])), >=, 0);
    close(fd);
    expect_refused(fixture->path, STORE_ERROR_BUSY, "by another process");
  }
}

static void
make_link(const char *name)
{
  g_assert_cmpint(symlink("target", name), ==, 0);
}

static void
make_fifo(const char *name)
{
  g_assert_cmpint(mkfifo(name, 0600), ==, 0);
}

static void
make_folder(const char *name)
{
  g_assert_cmpint(mkdir(name, 0700), ==, 0);
}

static void
make_open_to_all(const char *name)
{
  g_assert_true(g_file_set_contents(name, "", 0, NULL));
  g_assert_cmpint(chmod(name, 0666), ==, 0);
}

static void
make_second_name(const char *name)
{
  g_autofree char *other = g_strconcat(name, "-too", NULL);

  g_assert_true(g_file_set_contents(other, "", 0, NULL));
  g_assert_cmpint(link(other, name), ==, 0);
}

static void
make_foreign(const char *name)
{
  g_assert_true(g_file_set_contents(name, "", 0, NULL));
  g_assert_cmpint(chown(name, 12345, 12345), ==, 0);
}

static const struct hostile {
  const char *name;
  void (*make)(const char *name);
  enum store_error code;
  const char *part;
  bool as_root;
} hostile_files[] = {
    {"link", make_link, STORE_ERROR_UNSAFE, "symbolic link", false},
    {"fifo", make_fifo, STORE_ERROR_UNSAFE, "not a regular file", false},
    {"folder", make_folder, STORE_ERROR_FULL, "cannot take the scan lock", false},
    {"open-to-all", make_open_to_all, STORE_ERROR_UNSAFE, "written by others", false},
    {"second-name", make_second_name, STORE_ERROR_UNSAFE, "second name", false},
    {"foreign", make_foreign, STORE_ERROR_UNSAFE, "belongs to somebody else", true},
};

static void
test_hostile(gconstpointer data)
{
  const struct hostile *hostile = data;
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autofree char *name = g_strconcat(fixture->path, ".lock", NULL);
  g_autofree char *target = g_build_filename(fixture->folder, "target", NULL);

  if (hostile->as_root && geteuid() != 0) {
    g_test_skip("only root can give a file away");
    return;
  }
  hostile->make(name);
  expect_refused(fixture->path, hostile->code, hostile->part);
  g_assert_false(g_file_test(target, G_FILE_TEST_EXISTS));
}

/* Root may write everything, so root becomes somebody else for this. */
static void
test_unwritable(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autofree char *name = g_strconcat(fixture->path, ".lock", NULL);
  const uid_t user = geteuid() == 0 ? 12345 : geteuid();

  g_assert_true(g_file_set_contents(name, "", 0, NULL));
  g_assert_cmpint(chmod(name, 0400), ==, 0);
  g_assert_cmpint(chown(fixture->folder, user, (gid_t)-1), ==, 0);
  g_assert_cmpint(chown(fixture->path, user, (gid_t)-1), ==, 0);
  g_assert_cmpint(seteuid(user), ==, 0);
  expect_refused(fixture->path, STORE_ERROR_FULL, "Permission denied");
  g_assert_cmpint(seteuid(getuid()), ==, 0);
}

static void
test_private(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autofree char *name = g_strconcat(fixture->path, ".lock", NULL);
  struct stat stat_;

  umask(0);
  expect_taken(fixture->path, 0);
  g_assert_cmpint(stat(name, &stat_), ==, 0);
  g_assert_cmpint(stat_.st_mode & 07777, ==, 0600);
  g_assert_cmpint(stat_.st_size, ==, 0);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/scan-lock/says-who", test_says_who);
  g_test_add_func("/scan-lock/one-process-twice", test_one_process_twice);
  g_test_add_func("/scan-lock/waits", test_waits);
  g_test_add_func("/scan-lock/gives-up", test_gives_up);
  g_test_add_func("/scan-lock/dead-holder", test_dead_holder);
  g_test_add_func("/scan-lock/odd-content", test_odd_content);
  g_test_add_func("/scan-lock/unwritable", test_unwritable);
  g_test_add_func("/scan-lock/private", test_private);
  for (size_t i = 0; i < G_N_ELEMENTS(hostile_files); i++) {
    g_autofree char *path = g_strconcat("/scan-lock/hostile/", hostile_files[i].name, NULL);

    g_test_add_data_func(path, &hostile_files[i], test_hostile);
  }
  return g_test_run();
}
