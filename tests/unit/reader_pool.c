/* SPDX-License-Identifier: Apache-2.0 */
/* The pool of readers, with a reader (fake_reader.c) that misbehaves in every way it can. */
#include "guest/reader_pool.h"
#include "facts/image.h"
#include "guest/reader_protocol.h"
#include "tests/unit/misdeeds.h"
#include "tests/unit/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void
take_guest(struct guest *guest, gpointer data)
{
  g_ptr_array_add(data, guest);
}

static struct reader_pool *
pool_new(guint readers, GPtrArray *guests)
{
  const struct reader_pool_options options = {FAKE_READER, readers, MISDEED_DEADLINE_MS};
  g_autoptr(GError) error = NULL;
  struct reader_pool *pool = reader_pool_new(&options, take_guest, guests, &error);

  g_assert_no_error(error);
  return pool;
}

static void
submit(struct reader_pool *pool, const char *domain)
{
  g_autoptr(GError) error = NULL;

  reader_pool_submit(pool, reader_job_new(domain, ROAD_DISK), &error);
  g_assert_no_error(error);
}

static void
assert_guest(GPtrArray *guests, guint i, const char *domain, const char *status)
{
  const struct guest *guest = guests->pdata[i];

  g_assert_cmpuint(i, <, guests->len);
  g_assert_cmpstr(guest->domain, ==, domain);
  g_assert_cmpstr(guest->road, ==, ROAD_DISK);
  g_assert_cmpstr(guest->status, ==, status);
}

static GPtrArray *
run(guint readers, const char *const *domains)
{
  GPtrArray *guests = shape_list_new();
  struct reader_pool *pool = pool_new(readers, guests);

  for (; *domains; domains++)
    submit(pool, *domains);
  reader_pool_finish(pool);
  reader_pool_free(pool);
  return guests;
}

#define RUN(readers, ...) run((readers), (const char *const[]){__VA_ARGS__, NULL})

/* Every misdeed costs its own guest, and neither the one before nor the one behind. */
static void
test_misdeed(gconstpointer data)
{
  const struct misdeed *misdeed = data;
  g_autoptr(GPtrArray) guests = RUN(1, "good-1", misdeed->domain, "good-2");
  const struct guest *guest = guests->pdata[1];

  g_assert_cmpuint(guests->len, ==, 3);
  assert_guest(guests, 0, "good-1", GUEST_OK);
  assert_guest(guests, 1, misdeed->domain, misdeed->status);
  assert_guest(guests, 2, "good-2", GUEST_OK);
  g_assert_nonnull(strstr(guest->detail, misdeed->detail));
}

/* The answer nobody asked for must not become the next guest's. */
static void
test_twice(void)
{
  g_autoptr(GPtrArray) guests = RUN(1, "twice", "twice", "good");

  g_assert_cmpuint(guests->len, ==, 3);
  assert_guest(guests, 0, "twice", GUEST_OK);
  assert_guest(guests, 1, "twice", GUEST_OK);
  assert_guest(guests, 2, "good", GUEST_OK);
}

static void
test_long_answer(void)
{
  g_autoptr(GPtrArray) guests = RUN(2, "long", "good");
  const struct root *root;

  assert_guest(guests, 0, "long", GUEST_OK);
  root = ((const struct guest *)guests->pdata[0])->roots->pdata[0];
  g_assert_cmpuint(root->identities->len, ==, 1000);
}

static void
test_order(void)
{
  g_autoptr(GPtrArray) guests = shape_list_new();
  struct reader_pool *pool = pool_new(3, guests);

  submit(pool, "slow");
  submit(pool, "1");
  submit(pool, "crash");
  struct guest *known = guest_new();
  known->domain = g_strdup("known");
  known->road = g_strdup(ROAD_DISK);
  known->status = g_strdup(GUEST_REMOTE);
  reader_pool_submit_known(pool, known);
  submit(pool, "2");
  reader_pool_finish(pool);
  reader_pool_free(pool);
  g_assert_cmpuint(guests->len, ==, 5);
  assert_guest(guests, 0, "slow", GUEST_OK);
  assert_guest(guests, 1, "1", GUEST_OK);
  assert_guest(guests, 2, "crash", GUEST_READER_CRASHED);
  assert_guest(guests, 3, "known", GUEST_REMOTE);
  assert_guest(guests, 4, "2", GUEST_OK);
}

/* Readers work at the same time: three that hang cost one deadline, not three. */
static void
test_parallel(void)
{
  gint64 before = g_get_monotonic_time();
  g_autoptr(GPtrArray) guests = RUN(3, "hang", "hang", "hang");
  gint64 after = g_get_monotonic_time();

  g_assert_cmpuint(guests->len, ==, 3);
  g_assert_cmpint(after - before, >=, MISDEED_DEADLINE_MS * 1000);
  g_assert_cmpint(after - before, <, 2 * MISDEED_DEADLINE_MS * 1000);
}

static void
test_many(void)
{
  const guint count = 2000;
  g_autoptr(GPtrArray) guests = shape_list_new();
  struct reader_pool *pool = pool_new(2, guests);

  for (guint i = 0; i < count; i++) {
    g_autofree char *domain = g_strdup_printf("%u", i);
    submit(pool, domain);
  }
  reader_pool_finish(pool);
  reader_pool_free(pool);
  g_assert_cmpuint(guests->len, ==, count);
  for (guint i = 0; i < count; i++) {
    g_autofree char *domain = g_strdup_printf("%u", i);
    assert_guest(guests, i, domain, GUEST_OK);
  }
}

/* Freed in the middle: the readers die, and nothing is delivered any more. */
static void
test_free_early(void)
{
  g_autoptr(GPtrArray) guests = shape_list_new();
  struct reader_pool *pool = pool_new(2, guests);

  submit(pool, "hang");
  submit(pool, "slow");
  reader_pool_free(pool);
  g_assert_cmpuint(guests->len, ==, 0);
  g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1);
  g_assert_cmpint(errno, ==, ECHILD);
}

/* Whatever is open or set here is not there. */
static void
test_surroundings(void)
{
  int leaked = open("/dev/null", O_RDONLY);

  g_assert_true(g_setenv("SECRET", "1", TRUE));
  g_autoptr(GPtrArray) guests = RUN(1, "surroundings");
  close(leaked);
  g_assert_cmpstr(((const struct guest *)guests->pdata[0])->detail, ==,
                  "files 0 1 2 3, variables 0");
}

static int
file_with(const char *text)
{
  char path[] = "/tmp/virt-ledger-layer-XXXXXX";
  int fd = mkstemp(path);

  g_assert_cmpint(fd, >=, 0);
  unlink(path);
  g_assert_cmpint(write(fd, text, strlen(text)), ==, strlen(text));
  return fd;
}

static char *
detail_of_job(struct reader_job *job)
{
  g_autoptr(GPtrArray) guests = shape_list_new();
  struct reader_pool *pool = pool_new(1, guests);

  g_assert_true(reader_pool_submit(pool, job, NULL));
  reader_pool_finish(pool);
  reader_pool_free(pool);
  return g_strdup(((const struct guest *)guests->pdata[0])->detail);
}

static void
test_layers(void)
{
  struct reader_job *job = reader_job_new("layers", ROAD_DISK);
  struct reader_disk *disk = reader_job_add_disk(job, "vda");

  reader_disk_add_layer(disk, file_with("A1"), "qcow2");
  reader_disk_add_layer(disk, file_with("A2"), "raw");
  reader_job_add_disk(job, "vdb")->status = g_strdup(IMAGE_MISSING);
  disk = reader_job_add_disk(job, "vdc");
  reader_disk_add_layer(disk, file_with("x"), "raw");
  reader_disk_drop_layers(disk);
  reader_disk_add_layer(disk, file_with("C1"), "raw");
  g_autofree char *detail = detail_of_job(job);
  g_assert_cmpstr(detail, ==, "[vda -]qcow2:A1 raw:A2 [vdb missing][vdc -]raw:C1 ");
}

/* 254 files are one more than a message carries: the last disk goes without. */
static void
test_too_many_files(void)
{
  struct reader_job *job = reader_job_new("layers", ROAD_DISK);

  for (guint i = 0; i <= READER_FILES_MAX; i++) {
    g_autofree char *target = g_strdup_printf("d%u", i);
    reader_disk_add_layer(reader_job_add_disk(job, target), file_with("x"), "raw");
  }
  g_autofree char *detail = detail_of_job(job);
  g_assert_nonnull(strstr(detail, "[d252 -]"));
  g_assert_nonnull(strstr(detail, "[d253 unreadable]"));
}

static void
test_too_big(void)
{
  struct reader_job *job = reader_job_new("layers", ROAD_DISK);

  for (guint i = 0; i < 4096; i++)
    reader_job_add_disk(job, "a-target-of-some-length");
  g_autofree char *detail = detail_of_job(job);
  g_assert_nonnull(strstr(detail, "Message too long"));
}

static void
assert_start_fails(const char *program, const char *why)
{
  const struct reader_pool_options options = {program, 2, MISDEED_DEADLINE_MS};
  g_autoptr(GPtrArray) guests = shape_list_new();
  g_autoptr(GError) error = NULL;
  struct reader_pool *pool = reader_pool_new(&options, take_guest, guests, &error);

  if (pool)
    g_assert_false(reader_pool_submit(pool, reader_job_new("good", ROAD_DISK), &error));
  reader_pool_free(pool);
  g_assert_error(error, READER_ERROR, READER_ERROR_START);
  g_assert_nonnull(strstr(error->message, program));
  g_assert_nonnull(strstr(error->message, why));
  g_assert_cmpuint(guests->len, ==, 0);
}

static void
test_start(void)
{
  g_autoptr(Tree) tree = tree_new();
  g_autofree char *mute = tree_host_path(tree, "/mute");
  g_autofree char *foreign = tree_host_path(tree, "/foreign");
  g_autofree char *script = tree_host_path(tree, "/script");

  tree_add_link(tree, "/mute", FAKE_READER);
  tree_add_link(tree, "/foreign", FAKE_READER);
  tree_add_file(tree, "/script", "no program\n");
  g_assert_no_errno(chmod(script, 0755));
  assert_start_fails("/no/where", "no virt-ledger-reader");
  assert_start_fails(mute, "exit status 7");
  assert_start_fails(foreign, "another version");
  assert_start_fails(script, "Exec format error");
}

/* A reader that is killed while it has nothing to do is replaced, and costs no guest. */
static void
test_killed_idle(void)
{
  g_autoptr(GPtrArray) guests = shape_list_new();
  struct reader_pool *pool = pool_new(1, guests);
  g_autofree char *path = g_strdup_printf("/proc/self/task/%d/children", (int)getpid());
  g_autofree char *children = NULL;

  submit(pool, "1");
  reader_pool_finish(pool);
  if (g_file_get_contents(path, &children, NULL, NULL)) {
    pid_t pid = (pid_t)g_ascii_strtoll(children, NULL, 10);

    g_assert_cmpint(pid, >, 1);
    g_assert_no_errno(kill(pid, SIGKILL));
    submit(pool, "2");
    reader_pool_finish(pool);
    assert_guest(guests, 1, "2", GUEST_OK);
  } else {
    g_test_skip("this kernel does not tell the children of a process");
  }
  reader_pool_free(pool);
}

/*
 * A reader may end when it is done, as one does that has used much CPU time; that costs no guest.
 */
static void
test_retire(void)
{
  g_autoptr(GPtrArray) guests = RUN(1, "retire", "retire", "retire", "good");

  g_assert_cmpuint(guests->len, ==, 4);
  assert_guest(guests, 0, "retire", GUEST_OK);
  assert_guest(guests, 1, "retire", GUEST_OK);
  assert_guest(guests, 2, "retire", GUEST_OK);
  assert_guest(guests, 3, "good", GUEST_OK);
}

static void
test_cpu_limit(void)
{
  g_autoptr(GPtrArray) guests = RUN(1, "out-of-cpu");

  assert_guest(guests, 0, "out-of-cpu", GUEST_TIMEOUT);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(misdeeds); i++) {
    g_autofree char *name = g_strconcat("/reader-pool/misdeed/", misdeeds[i].domain, NULL);
    g_test_add_data_func(name, &misdeeds[i], test_misdeed);
  }
  g_test_add_func("/reader-pool/twice", test_twice);
  g_test_add_func("/reader-pool/long-answer", test_long_answer);
  g_test_add_func("/reader-pool/order", test_order);
  g_test_add_func("/reader-pool/parallel", test_parallel);
  g_test_add_func("/reader-pool/many", test_many);
  g_test_add_func("/reader-pool/free-early", test_free_early);
  g_test_add_func("/reader-pool/surroundings", test_surroundings);
  g_test_add_func("/reader-pool/layers", test_layers);
  g_test_add_func("/reader-pool/too-many-files", test_too_many_files);
  g_test_add_func("/reader-pool/too-big", test_too_big);
  g_test_add_func("/reader-pool/start", test_start);
  g_test_add_func("/reader-pool/killed-idle", test_killed_idle);
  g_test_add_func("/reader-pool/retire", test_retire);
  g_test_add_func("/reader-pool/cpu-limit", test_cpu_limit);
  return g_test_run();
}
