/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader of directories that was taken over: it makes every system call that its filter allows,
 * with flags and paths of its own choice, in a process of its own. None may show it a secret, which
 * lies outside, or change anything inside.
 */
#include "guest/sandbox_directory.h"
#include "guest/sandbox.h"
#include "tests/unit/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <linux/openat2.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECRET "root:secret:19000:0:99999:7:::\n"
#define INSIDE "bytes of a guest\n"

/* Results of a child. */
enum { KEPT_IN, GOT_OUT, NO_SANDBOX = 99 };

struct fixture {
  struct tree *tree, *outside;
  char *secret; /* its path on the host */
};

static void
drop_mount_capability(void)
{
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct held[_LINUX_CAPABILITY_U32S_3];

  g_assert_no_errno((int)syscall(SYS_capget, &header, held));
  held[0].effective &= ~CAP_TO_MASK(CAP_SYS_ADMIN);
  held[0].permitted &= ~CAP_TO_MASK(CAP_SYS_ADMIN);
  g_assert_no_errno((int)syscall(SYS_capset, &header, held));
}

static void
become_user(void)
{
  if (geteuid() == 0)
    g_assert_no_errno(setresuid(65533, 65533, 65533));
}

static void
stay(void)
{
}

/* Who starts the reader, on which kernel. */
static const struct starter {
  const char *name;
  bool needs_root;
  bool has_own_root; /* afterwards, whether or not Landlock is there */
  bool has_no_landlock;
  void (*become)(void);
} starters[] = {
    {"root", true, true, false, stay},
    {"root-without-mounts", true, false, false, drop_mount_capability},
    {"root-without-landlock", true, true, true, stay},
    {"user", false, false, false, become_user},
    {"user-without-landlock", false, false, true, become_user},
};

enum { ROOT, ROOT_WITHOUT_MOUNTS };

/* As a kernel that never heard of it. */
static void
hide_landlock(void)
{
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

  g_assert_cmpint(
      seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(landlock_create_ruleset), 0), ==,
      0);
  g_assert_cmpint(seccomp_load(filter), ==, 0);
  seccomp_release(filter);
}

static int
open_any(int directory, const char *path, guint64 flags)
{
  struct open_how how = {.flags = flags, .mode = flags & O_CREAT ? 0600 : 0};

  return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

/* Whether a file could be opened, and holds anything. */
static bool
can_read(int directory, const char *path)
{
  char bytes[64];
  int fd = open_any(directory, path, O_RDONLY | O_NONBLOCK);

  return fd >= 0 && pread(fd, bytes, sizeof bytes, 0) > 0;
}

static bool
can_list(int directory, const char *path)
{
  char bytes[4096];
  int fd = open_any(directory, path, O_RDONLY | O_DIRECTORY);

  return fd >= 0 && syscall(SYS_getdents64, fd, bytes, sizeof bytes) > 0;
}

typedef bool (*action)(const struct fixture *fixture, int directory);

static bool
read_by_absolute_path(const struct fixture *fixture, int directory)
{
  return can_read(AT_FDCWD, fixture->secret) || can_read(directory, fixture->secret);
}

static bool
read_from_above(const struct fixture *fixture, int directory)
{
  g_autofree char *path = g_strconcat("../../../../../..", fixture->secret, NULL);

  return can_read(directory, path) || can_read(AT_FDCWD, path);
}

static bool
read_through_links(const struct fixture *fixture, int directory)
{
  (void)fixture;
  return can_read(directory, "absolute-link") || can_read(directory, "relative-link") ||
         can_read(directory, "directory-link/secret");
}

/* One step up with a handle, and from there on. */
static bool
climb(const struct fixture *fixture, int directory)
{
  (void)fixture;
  for (guint i = 0; i < 20 && directory >= 0; i++)
    directory = open_any(directory, "..", O_PATH | O_DIRECTORY);
  return can_read(directory, fixture->secret + 1);
}

static bool
read_host(const struct fixture *fixture, int directory)
{
  (void)fixture;
  return can_read(AT_FDCWD, "/etc/passwd") || can_list(AT_FDCWD, "/usr") ||
         can_list(AT_FDCWD, "../../../../usr") || can_list(directory, "../../../../usr");
}

static bool
use_proc(const struct fixture *fixture, int directory)
{
  (void)fixture;
  return can_read(AT_FDCWD, "/proc/self/maps") || can_list(AT_FDCWD, "/proc/self/fd") ||
         can_list(AT_FDCWD, "/proc/1/root/") || can_read(directory, "proc/version") ||
         can_list(directory, "proc/self/root/");
}

static bool
write_inside(const struct fixture *fixture, int directory)
{
  (void)fixture;
  return open_any(directory, "open-file", O_WRONLY) >= 0 ||
         open_any(directory, "open-folder/new", O_WRONLY | O_CREAT) >= 0 ||
         open_any(directory, "open-folder", O_WRONLY | O_TMPFILE) >= 0;
}

/* Opened for reading, a file is emptied all the same. */
static bool
empty_inside(const struct fixture *fixture, int directory)
{
  (void)fixture;
  return open_any(directory, "open-file", O_RDONLY | O_TRUNC) >= 0;
}

static bool
write_outside(const struct fixture *fixture, int directory)
{
  (void)directory;
  return open_any(AT_FDCWD, fixture->secret, O_WRONLY) >= 0 ||
         open_any(AT_FDCWD, "/tmp/virt-ledger-taken-over", O_WRONLY | O_CREAT) >= 0;
}

/* What it is for. */
static bool
read_inside(const struct fixture *fixture, int directory)
{
  (void)fixture;
  return !can_read(directory, "open-file") || !can_list(directory, ".") ||
         !can_read(directory, "open-folder/file");
}

static const struct {
  const char *name;
  action attempt;
  int landlock; /* the version that prevents it; any will do for most */
} attempts[] = {
    {"by an absolute path", read_by_absolute_path},
    {"from above", read_from_above},
    {"through links", read_through_links},
    {"step by step", climb},
    {"the host", read_host},
    {"/proc", use_proc},
    {"writing inside", write_inside},
    {"emptying inside", empty_inside, 3},
    {"writing outside", write_outside},
    {"reading inside", read_inside},
};

static void
setup(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  fixture->outside = tree_new();
  fixture->tree = tree_new();
  fixture->secret = tree_host_path(fixture->outside, "/secret");
  g_autofree char *relative = g_strconcat("../../../../../..", fixture->secret, NULL);
  g_autofree char *file = tree_host_path(fixture->tree, "/open-file");
  g_autofree char *folder = tree_host_path(fixture->tree, "/open-folder");

  tree_add_file(fixture->outside, "/secret", SECRET);
  tree_add_file(fixture->tree, "/open-file", INSIDE);
  tree_add_file(fixture->tree, "/open-folder/file", INSIDE);
  tree_add_directory(fixture->tree, "/proc");
  tree_add_link(fixture->tree, "/absolute-link", fixture->secret);
  tree_add_link(fixture->tree, "/relative-link", relative);
  tree_add_link(fixture->tree, "/directory-link", fixture->outside->path);
  /* Only walls are in the way: everybody may read and write everything. */
  g_assert_no_errno(chmod(fixture->secret, 0666));
  g_assert_no_errno(chmod(fixture->outside->path, 0777));
  g_assert_no_errno(chmod(fixture->tree->path, 0777));
  g_assert_no_errno(chmod(file, 0666));
  g_assert_no_errno(chmod(folder, 0777));
}

static void
teardown(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  tree_free(fixture->tree);
  tree_free(fixture->outside);
  g_free(fixture->secret);
}

static int
status_of(pid_t pid)
{
  int status;

  g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
  g_assert_true(WIFEXITED(status));
  return WEXITSTATUS(status);
}

/* Enter the sandbox as somebody, and try. */
static int
run_taken_over(const struct fixture *fixture, const struct starter *starter, action attempt)
{
  int sockets[2];
  pid_t pid;

  g_assert_no_errno(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets));
  pid = fork();
  g_assert_cmpint(pid, >=, 0);
  if (pid == 0) {
    int directory = open(fixture->tree->path, O_PATH | O_DIRECTORY | O_CLOEXEC);

    /* The tree's own descriptor is the test's, not the reader's. */
    close(fixture->tree->fd);
    close(fixture->outside->fd);
    if (starter->has_no_landlock)
      hide_landlock();
    starter->become();
    if (!sandbox_enter(&(struct sandbox){SANDBOX_DIRECTORY, sockets[1], directory}, NULL))
      _exit(NO_SANDBOX);
    _exit(attempt(fixture, directory) ? GOT_OUT : KEPT_IN);
  }
  close(sockets[0]);
  close(sockets[1]);
  return status_of(pid);
}

static int
landlock_version(void)
{
  return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

static bool
may_mount(void)
{
  return geteuid() == 0 && prctl(PR_CAPBSET_READ, CAP_SYS_ADMIN) == 1;
}

static void
test_attempts(struct fixture *fixture, gconstpointer data)
{
  const struct starter *starter = data;
  int landlock = starter->has_no_landlock ? 0 : landlock_version();
  bool has_walls = starter->has_own_root || landlock > 0;

  if (starter->needs_root && !may_mount()) {
    g_test_skip("needs root");
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS(attempts); i++) {
    if (has_walls && !starter->has_own_root && landlock < attempts[i].landlock)
      continue;
    g_test_message("%s", attempts[i].name);
    g_assert_cmpint(run_taken_over(fixture, starter, attempts[i].attempt), ==,
                    has_walls ? KEPT_IN : NO_SANDBOX);
  }
}

/* What the host has mounted below the directory is hidden by the root of its own. */
static bool
read_mounted(const struct fixture *fixture, int directory)
{
  (void)fixture;
  return can_read(directory, "proc/version") || can_list(directory, "proc/self") ||
         can_read(directory, "open-folder/secret");
}

static bool
read_devices(const struct fixture *fixture, int directory)
{
  (void)fixture;
  return open_any(directory, "zero", O_RDONLY | O_NONBLOCK) >= 0 ||
         open_any(directory, "disk", O_RDONLY | O_NONBLOCK) >= 0;
}

static bool
read_others(const struct fixture *fixture, int directory)
{
  (void)fixture;
  return can_read(directory, "closed-file");
}

static void
test_mounts(struct fixture *fixture, gconstpointer data)
{
  g_autofree char *proc = tree_host_path(fixture->tree, "/proc");
  g_autofree char *folder = tree_host_path(fixture->tree, "/open-folder");

  (void)data;
  if (!may_mount() || unshare(CLONE_NEWNS) < 0 ||
      mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
    g_test_skip("needs to make a mount namespace");
    return;
  }
  g_assert_no_errno(mount("proc", proc, "proc", 0, NULL));
  g_assert_no_errno(mount(fixture->outside->path, folder, NULL, MS_BIND, NULL));
  int result = run_taken_over(fixture, &starters[ROOT], read_mounted);
  g_assert_no_errno(umount(proc));
  g_assert_no_errno(umount(folder));
  g_assert_cmpint(result, ==, KEPT_IN);
}

static void
test_devices(struct fixture *fixture, gconstpointer data)
{
  g_autofree char *zero = tree_host_path(fixture->tree, "/zero");
  g_autofree char *disk = tree_host_path(fixture->tree, "/disk");

  (void)data;
  if (!may_mount() || mknod(zero, S_IFCHR | 0666, makedev(1, 5)) < 0 ||
      mknod(disk, S_IFBLK | 0666, makedev(7, 0)) < 0) {
    g_test_skip("only root makes devices");
    return;
  }
  g_assert_no_errno(chmod(zero, 0666));
  g_assert_cmpint(run_taken_over(fixture, &starters[ROOT], read_devices), ==, KEPT_IN);
}

/* A file of another user's: readable behind the first wall only. */
static void
test_owners(struct fixture *fixture, gconstpointer data)
{
  g_autofree char *path = tree_host_path(fixture->tree, "/closed-file");

  (void)data;
  if (!may_mount()) {
    g_test_skip("needs root");
    return;
  }
  tree_add_file(fixture->tree, "/closed-file", INSIDE);
  g_assert_no_errno(chown(path, 100000, 100000));
  g_assert_no_errno(chmod(path, 0600));
  g_assert_cmpint(run_taken_over(fixture, &starters[ROOT], read_others), ==, GOT_OUT);
  g_assert_cmpint(run_taken_over(fixture, &starters[ROOT_WITHOUT_MOUNTS], read_others), ==,
                  landlock_version() > 0 ? KEPT_IN : NO_SANDBOX);
}

int
main(int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*test)(struct fixture *fixture, gconstpointer data);
  } tests[] = {
      {"/sandbox-directory/devices", test_devices},
      {"/sandbox-directory/owners", test_owners},
      {"/sandbox-directory/mounts", test_mounts},
  };

  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(starters); i++) {
    g_autofree char *name = g_strconcat("/sandbox-directory/", starters[i].name, NULL);
    g_test_add(name, struct fixture, &starters[i], setup, test_attempts, teardown);
  }
  for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
    g_test_add(tests[i].name, struct fixture, NULL, setup, tests[i].test, teardown);
  return g_test_run();
}
