/* SPDX-License-Identifier: Apache-2.0 */
/* The real reader in its sandbox, on file systems made by mke2fs and images made by qemu-img. */
#include "facts/image.h"
#include "guest/reader_pool.h"
#include "tests/unit/tree.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ID "0123456789abcdef0123456789abcdef"

struct fixture {
  struct tree *work; /* where images are made */
  GPtrArray *guests;
  struct reader_pool *pool;
};

static void
take_guest(struct guest *guest, gpointer data)
{
  g_ptr_array_add(data, guest);
}

static void
setup(struct fixture *fixture, gconstpointer data)
{
  const struct reader_pool_options options = {REAL_READER, 1, 20000};
  g_autoptr(GError) error = NULL;

  (void)data;
  fixture->work = tree_new();
  fixture->guests = shape_list_new();
  fixture->pool = reader_pool_new(&options, take_guest, fixture->guests, &error);
  g_assert_no_error(error);
}

static void
teardown(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  reader_pool_free(fixture->pool);
  g_ptr_array_unref(fixture->guests);
  tree_free(fixture->work);
}

/* Run a tool in the fixture's folder. False, the test skipped, when it is not installed. */
static bool
run_tool(struct fixture *fixture, const char *const *arguments)
{
  g_autofree char *program = g_find_program_in_path(arguments[0]);
  g_autofree char *message = g_strdup_printf("%s is not installed", arguments[0]);
  g_autoptr(GError) error = NULL;
  int status;

  if (!program) {
    g_test_skip(message);
    return false;
  }
  g_spawn_sync(fixture->work->path, (char **)arguments, NULL,
               G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
               NULL, NULL, NULL, &status, &error);
  g_assert_no_error(error);
  g_spawn_check_wait_status(status, &error);
  g_assert_no_error(error);
  return true;
}

#define RUN(fixture, ...) run_tool((fixture), (const char *const[]){__VA_ARGS__, NULL})

/* An ext4 file system of a guest: disk.raw. */
static bool
make_disk(struct fixture *fixture)
{
  tree_add_file(fixture->work, "/root/etc/machine-id", ID "\n");
  tree_add_file(fixture->work, "/root/etc/hostname", "web-1\n");
  tree_add_file(fixture->work, "/root/etc/fstab", "");
  tree_add_link(fixture->work, "/root/etc/os-release", "../usr/lib/os-release");
  tree_add_file(fixture->work, "/root/usr/lib/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
  tree_add_link(fixture->work, "/root/var/lib/dbus/machine-id", "/etc/machine-id");
  return RUN(fixture, "mke2fs", "-q", "-t", "ext4", "-d", "root", "disk.raw", "16M");
}

static int
open_work(struct fixture *fixture, const char *path)
{
  g_autofree char *host_path = tree_host_path(fixture->work, path);
  int fd = open(host_path, O_RDONLY | O_CLOEXEC);

  g_assert_cmpint(fd, >=, 0);
  return fd;
}

static void
submit(struct fixture *fixture, struct reader_job *job)
{
  g_autoptr(GError) error = NULL;

  reader_pool_submit(fixture->pool, job, &error);
  g_assert_no_error(error);
}

static void
submit_raw(struct fixture *fixture, const char *domain)
{
  struct reader_job *job = reader_job_new(domain, ROAD_DISK);

  reader_disk_add_layer(reader_job_add_disk(job, "vda"), open_work(fixture, "/disk.raw"), "raw");
  submit(fixture, job);
}

static struct guest *
finish(struct fixture *fixture)
{
  reader_pool_finish(fixture->pool);
  g_assert_cmpuint(fixture->guests->len, >, 0);
  return fixture->guests->pdata[fixture->guests->len - 1];
}

static void
assert_read(struct guest *guest)
{
  g_assert_cmpstr(guest->status, ==, GUEST_OK);
  g_assert_cmpuint(guest->roots->len, ==, 1);
  struct root *root = guest->roots->pdata[0];
  g_assert_cmpstr(root->status, ==, GUEST_OK);
  g_assert_cmpstr(root->filesystem, ==, "ext4");
  g_assert_cmpstr(root->hostname, ==, "web-1");
  g_assert_cmpstr(root->os_id, ==, "debian");
  g_assert_cmpstr(root->os_version, ==, "12");
  struct identity *etc = root_identity(root, IDENTITY_MACHINE_ID, NULL);
  struct identity *dbus = root_identity(root, IDENTITY_DBUS_MACHINE_ID, NULL);
  g_assert_cmpstr(etc->value, ==, ID);
  g_assert_cmpstr(dbus->value, ==, ID);
  g_assert_nonnull(dbus->link);
}

static void
test_raw(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  if (!make_disk(fixture))
    return;
  submit_raw(fixture, "a");
  assert_read(finish(fixture));
}

static void
test_overlay(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  if (!make_disk(fixture) ||
      !RUN(fixture, "qemu-img", "convert", "-c", "-O", "qcow2", "disk.raw", "base.qcow2") ||
      !RUN(fixture, "qemu-img", "create", "-f", "qcow2", "-b", "base.qcow2", "-F", "qcow2",
           "top.qcow2"))
    return;
  struct reader_job *job = reader_job_new("a", ROAD_DISK);
  struct reader_disk *disk = reader_job_add_disk(job, "vda");
  reader_disk_add_layer(disk, open_work(fixture, "/top.qcow2"), "qcow2");
  reader_disk_add_layer(disk, open_work(fixture, "/base.qcow2"), "qcow2");
  submit(fixture, job);
  assert_read(finish(fixture));
}

static void
test_no_image(struct fixture *fixture, gconstpointer data)
{
  struct reader_job *job = reader_job_new("a", ROAD_DISK);

  (void)data;
  reader_job_add_disk(job, "vda")->status = g_strdup(IMAGE_MISSING);
  submit(fixture, job);
  g_assert_cmpstr(finish(fixture)->status, ==, IMAGE_MISSING);
}

/* Error paths of libraries must not lead out of the sandbox: garbage is a status, not a death. */
static void
test_garbage(struct fixture *fixture, gconstpointer data)
{
  const gsize size = (gsize)16 << 20;
  g_autofree char *path = tree_host_path(fixture->work, "/disk.raw");
  g_autofree char *bytes = NULL;
  gsize length;

  (void)data;
  if (!make_disk(fixture))
    return;
  g_assert_true(g_file_get_contents(path, &bytes, &length, NULL));
  g_assert_cmpuint(length, ==, size);
  for (guint round = 0; round < 32; round++) {
    for (guint i = 0; i < 64; i++)
      bytes[g_test_rand_int_range(0, 1 << 20)] = (char)g_test_rand_int();
    tree_add_bytes(fixture->work, "/disk.raw", bytes, size);
    submit_raw(fixture, "a");
    g_assert_cmpstr(finish(fixture)->status, !=, GUEST_READER_CRASHED);
  }
}

/* A directory gives EISDIR at every read; a truncated image ends in the middle of a structure. */
static void
test_read_errors(struct fixture *fixture, gconstpointer data)
{
  struct reader_job *job = reader_job_new("directory", ROAD_DISK);
  g_autofree char *path = tree_host_path(fixture->work, "/disk.raw");

  (void)data;
  tree_add_directory(fixture->work, "/directory");
  reader_disk_add_layer(reader_job_add_disk(job, "vda"), open_work(fixture, "/directory"), "raw");
  submit(fixture, job);
  g_assert_cmpstr(finish(fixture)->status, !=, GUEST_OK);
  g_assert_cmpstr(finish(fixture)->status, !=, GUEST_READER_CRASHED);
  if (!make_disk(fixture))
    return;
  g_assert_no_errno(truncate(path, 100000));
  submit_raw(fixture, "cut");
  g_assert_cmpstr(finish(fixture)->status, !=, GUEST_OK);
  g_assert_cmpstr(finish(fixture)->status, !=, GUEST_READER_CRASHED);
}

static void
submit_live(struct fixture *fixture)
{
  struct reader_job *job = reader_job_new("live", ROAD_DISK);

  job->live = true;
  reader_disk_add_layer(reader_job_add_disk(job, "vda"), open_work(fixture, "/disk.raw"), "raw");
  submit(fixture, job);
}

/* A guest that writes its machine ID all the time: one digit of it. */
struct writer {
  int fd;
  off_t digit;
  int stop;
};

static gpointer
write_digits(gpointer data)
{
  struct writer *writer = data;

  for (guint i = 0; !g_atomic_int_get(&writer->stop); i++) {
    g_assert_cmpint(pwrite(writer->fd, i % 2 ? "0" : "1", 1, writer->digit), ==, 1);
    g_usleep(10); /* who wakes up gets its turn before the reader is done, with one CPU too */
  }
  return NULL;
}

/* Where in the image an ID is; only one file has it. */
static off_t
find_id(const char *path)
{
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true(g_file_get_contents(path, &bytes, &length, NULL));
  const char *at = memmem(bytes, length, ID, strlen(ID));
  g_assert_nonnull(at);
  return at - bytes;
}

static void
test_live(struct fixture *fixture, gconstpointer data)
{
  g_autofree char *path = tree_host_path(fixture->work, "/disk.raw");
  guint changed = 0;

  (void)data;
  if (!make_disk(fixture))
    return;
  submit_live(fixture);
  struct guest *guest = finish(fixture);
  assert_read(guest);
  g_assert_cmpstr(((const struct root *)guest->roots->pdata[0])->marks, ==, MARK_TORN_POSSIBLE);

  struct writer writer = {open(path, O_WRONLY | O_CLOEXEC), find_id(path), 0};
  g_autoptr(GThread) thread = g_thread_new("write", write_digits, &writer);
  for (guint i = 0; i < 10000 && changed == 0; i++) {
    submit_live(fixture);
    guest = finish(fixture);
    changed += strcmp(guest->status, GUEST_CHANGED) == 0;
    g_assert_true(changed || strcmp(guest->status, GUEST_OK) == 0);
  }
  g_atomic_int_set(&writer.stop, 1);
  g_thread_join(g_steal_pointer(&thread));
  close(writer.fd);
  g_assert_cmpuint(changed, ==, 1);
  g_assert_cmpuint(guest->roots->len, ==, 0);
}

/* Somebody starts a guest that was off: whatever is read of it then counts for nothing. */
static void
test_written(struct fixture *fixture, gconstpointer data)
{
  g_autofree char *path = tree_host_path(fixture->work, "/disk.raw");

  (void)data;
  if (!make_disk(fixture))
    return;
  submit_raw(fixture, "a");
  assert_read(finish(fixture));
  submit_raw(fixture, "a");
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  g_assert_cmpint(pwrite(fd, "0", 1, find_id(path)), ==, 1);
  close(fd);
  const struct guest *guest = finish(fixture);
  g_assert_cmpstr(guest->status, ==, GUEST_CHANGED);
  g_assert_cmpuint(guest->roots->len, ==, 0);
}

/* A CD-ROM that somebody writes to, or that is no image at all, says nothing of the guest. */
static void
test_removable(struct fixture *fixture, gconstpointer data)
{
  struct reader_job *job = reader_job_new("a", ROAD_DISK);

  (void)data;
  if (!make_disk(fixture)) {
    reader_job_free(job);
    return;
  }
  tree_add_file(fixture->work, "/cdrom.iso", "no ISO 9660");
  g_autofree char *path = tree_host_path(fixture->work, "/cdrom.iso");
  struct reader_disk *cdrom = reader_job_add_disk(job, "sda");
  cdrom->removable = true;
  reader_disk_add_layer(cdrom, open_work(fixture, "/cdrom.iso"), "raw");
  reader_disk_add_layer(reader_job_add_disk(job, "vda"), open_work(fixture, "/disk.raw"), "raw");
  submit(fixture, job);
  g_assert_true(g_file_set_contents_full(path, "other", -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  const struct guest *guest = finish(fixture);
  g_assert_null(guest->detail);
  assert_read(fixture->guests->pdata[0]);
}

static pid_t
reader_pid(void)
{
  g_autofree char *path = g_strdup_printf("/proc/self/task/%d/children", (int)getpid());
  g_autofree char *children = NULL;

  g_file_get_contents(path, &children, NULL, NULL);
  return children ? (pid_t)g_ascii_strtoll(children, NULL, 10) : 0;
}

/*
 * kill -9 in the middle of a guest. It is stopped first, so that the middle lasts. The guest is
 * given to another reader, and neither it nor the next is lost.
 */
static void
test_killed(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  if (!make_disk(fixture))
    return;
  submit_raw(fixture, "a");
  assert_read(finish(fixture));
  pid_t pid = reader_pid();
  if (pid <= 1) {
    g_test_skip("this kernel does not tell the children of a process");
    return;
  }
  g_assert_no_errno(kill(pid, SIGSTOP));
  submit_raw(fixture, "b");
  g_assert_no_errno(kill(pid, SIGKILL));
  assert_read(finish(fixture));
  submit_raw(fixture, "c");
  assert_read(finish(fixture));
  g_assert_cmpuint(fixture->guests->len, ==, 3);
  g_assert_cmpint(reader_pid(), !=, pid);
}

static void
test_many(struct fixture *fixture, gconstpointer data)
{
  const guint count = g_test_perf() ? 5000 : 200;

  (void)data;
  if (!make_disk(fixture))
    return;
  submit_raw(fixture, "first");
  finish(fixture);
  g_test_timer_start();
  for (guint i = 0; i < count; i++)
    submit_raw(fixture, "a");
  assert_read(finish(fixture));
  g_test_minimized_result(g_test_timer_elapsed() * 1e6 / count, "microseconds per guest");
  g_assert_cmpuint(fixture->guests->len, ==, count + 1);
}

/* Started by hand it says what it is, and ends. */
static void
test_by_hand(void)
{
  const char *const arguments[] = {REAL_READER, NULL};
  g_autofree char *message = NULL;
  int status;

  g_assert_true(g_spawn_sync(NULL, (char **)arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL,
                             &message, &status, NULL));
  g_assert_false(g_spawn_check_wait_status(status, NULL));
  g_assert_nonnull(strstr(message, "virt-ledger starts this program"));
}

int
main(int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*test)(struct fixture *fixture, gconstpointer data);
  } tests[] = {
      {"/reader/raw", test_raw},
      {"/reader/overlay", test_overlay},
      {"/reader/no-image", test_no_image},
      {"/reader/garbage", test_garbage},
      {"/reader/read-errors", test_read_errors},
      {"/reader/live", test_live},
      {"/reader/written", test_written},
      {"/reader/removable", test_removable},
      {"/reader/killed", test_killed},
      {"/reader/many", test_many},
  };

  g_test_init(&argc, &argv, NULL);
  /* mke2fs lives where not every user looks. */
  g_autofree char *path = g_strconcat(g_getenv("PATH"), ":/usr/sbin:/sbin", NULL);
  g_setenv("PATH", path, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
    g_test_add(tests[i].name, struct fixture, NULL, setup, tests[i].test, teardown);
  g_test_add_func("/reader/by-hand", test_by_hand);
  return g_test_run();
}
