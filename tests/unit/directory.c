/* SPDX-License-Identifier: Apache-2.0 */
/* The directory road: what it reads, and everything that must not lead it out of the tree. */
#include "guest/directory.h"
#include "guest/beneath.h"
#include "tests/unit/tree.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#define CANARY      "root:canary:19000:0:99999:7:::\n"
#define INSIDE_TEXT "inside"

struct fixture {
  struct tree *outside; /* of the guest: holds the canary */
  char *canary_path;
  struct tree *tree;
  struct road *road;
};

static void
setup(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  fixture->outside = tree_new();
  tree_add_file(fixture->outside, "/shadow", CANARY);
  fixture->canary_path = tree_host_path(fixture->outside, "/shadow");
  fixture->tree = tree_new();
  fixture->road = directory_open(fixture->tree->fd, NULL);
}

static void
teardown(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  road_free(fixture->road);
  tree_free(fixture->tree);
  g_free(fixture->canary_path);
  tree_free(fixture->outside);
}

static void
assert_refused(struct road *road, const char *path, enum road_error code)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = road_read_file(road, path, ROAD_FILE_MAX, &error);

  g_assert_null(bytes);
  g_assert_error(error, ROAD_ERROR, (int)code);
}

static void
assert_content(struct road *road, const char *path, const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = road_read_file(road, path, ROAD_FILE_MAX, &error);
  gsize size;

  g_assert_no_error(error);
  const char *at = g_bytes_get_data(bytes, &size);
  g_assert_cmpmem(at, size, text, strlen(text));
}

static void
test_read(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  tree_add_file(fixture->tree, "/etc/file", "text");
  tree_add_file(fixture->tree, "/etc/empty", "");
  assert_content(fixture->road, "/etc/file", "text");
  assert_content(fixture->road, "/etc/../etc/./file", "text");
  assert_content(fixture->road, "/../../etc/file", "text");
  assert_content(fixture->road, "/etc/empty", "");
  assert_refused(fixture->road, "/etc/none", ROAD_ERROR_NOT_FOUND);
  assert_refused(fixture->road, "/etc/file/below", ROAD_ERROR_NOT_FOUND);
  assert_refused(fixture->road, "/etc", ROAD_ERROR_NOT_REGULAR);
}

static void
test_read_limit(struct fixture *fixture, gconstpointer data)
{
  static const gsize sizes[] = {65535, 65536, 65537};
  g_autofree char *bytes = g_malloc0(65537);

  (void)data;
  for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
    tree_add_bytes(fixture->tree, "/file", bytes, sizes[i]);
    fixture->road->truncated = false;
    g_autoptr(GBytes) got = road_read_file(fixture->road, "/file", 65536, NULL);
    g_assert_cmpuint(g_bytes_get_size(got), ==, MIN(sizes[i], 65536));
    g_assert_cmpint(fixture->road->truncated, ==, sizes[i] > 65536);
  }
}

/* A file that is read whole tells of itself, and the road of all its files. */
static void
test_read_whole(struct fixture *fixture, gconstpointer data)
{
  bool is_cut = true;

  (void)data;
  tree_add_file(fixture->tree, "/file", "text");
  g_autoptr(GBytes) all = road_read_whole(fixture->road, "/file", 4, &is_cut, NULL);
  g_assert_false(is_cut);
  g_assert_false(fixture->road->truncated);
  g_autoptr(GBytes) part = road_read_whole(fixture->road, "/file", 3, &is_cut, NULL);
  g_assert_true(is_cut);
  g_assert_true(fixture->road->truncated);
  g_autoptr(GBytes) again = road_read_whole(fixture->road, "/file", 4, &is_cut, NULL);
  g_assert_false(is_cut);
  g_assert_true(fixture->road->truncated);
  is_cut = true;
  g_assert_null(road_read_whole(fixture->road, "/none", 4, &is_cut, NULL));
  g_assert_true(is_cut);
  g_assert_cmpuint(g_bytes_get_size(all), ==, 4);
  g_assert_cmpuint(g_bytes_get_size(part), ==, 3);
  g_assert_cmpuint(g_bytes_get_size(again), ==, 4);
}

/* A sparse file of 1 TiB costs no more than the limit. */
static void
test_read_sparse(struct fixture *fixture, gconstpointer data)
{
  g_autofree char *path = tree_host_path(fixture->tree, "/file");

  (void)data;
  tree_add_file(fixture->tree, "/file", "");
  if (truncate(path, (off_t)1 << 40) < 0) {
    g_test_skip("this file system takes no file of 1 TiB");
    return;
  }
  g_autoptr(GBytes) got = road_read_file(fixture->road, "/file", ROAD_FILE_MAX, NULL);
  g_assert_cmpuint(g_bytes_get_size(got), ==, ROAD_FILE_MAX);
  g_assert_true(fixture->road->truncated);
}

static void
test_links_inside(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  tree_add_file(fixture->tree, "/var/lib/file", "inside");
  tree_add_link(fixture->tree, "/etc/absolute", "/var/lib/file");
  tree_add_link(fixture->tree, "/etc/above", "../../../../../../var/lib/file");
  tree_add_link(fixture->tree, "/etc/directory", "/var/lib");
  assert_content(fixture->road, "/etc/absolute", "inside");
  assert_content(fixture->road, "/etc/above", "inside");
  assert_content(fixture->road, "/etc/directory/file", "inside");
}

static void
test_links_outside(struct fixture *fixture, gconstpointer data)
{
  g_autofree char *above = g_strconcat("../../../../../..", fixture->canary_path, NULL);
  g_autofree char *through = g_strconcat("/proc/self/root", fixture->canary_path, NULL);

  (void)data;
  tree_add_link(fixture->tree, "/etc/absolute", fixture->canary_path);
  tree_add_link(fixture->tree, "/etc/above", above);
  tree_add_link(fixture->tree, "/etc/through", through);
  tree_add_link(fixture->tree, "/etc/directory", fixture->outside->path);
  assert_refused(fixture->road, "/etc/absolute", ROAD_ERROR_NOT_FOUND);
  assert_refused(fixture->road, "/etc/above", ROAD_ERROR_NOT_FOUND);
  assert_refused(fixture->road, "/etc/through", ROAD_ERROR_NOT_FOUND);
  assert_refused(fixture->road, "/etc/directory/shadow", ROAD_ERROR_NOT_FOUND);
  g_autoptr(GPtrArray) names = road_list(fixture->road, "/etc/directory", NULL);
  g_assert_null(names);
}

/* /proc's own links jump anywhere without a path, so not one of them is followed. */
static void
test_magic_links(void)
{
  int root = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
  g_autoptr(Road) road = directory_open(root, NULL);

  assert_refused(road, "/self/exe", ROAD_ERROR_LOOP);
  assert_refused(road, "/self/root/etc/passwd", ROAD_ERROR_LOOP);
  close(root);
}

/* What the host has mounted below the directory is none of the guest's. */
static void
test_mounts(void)
{
  int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  g_autoptr(Road) road = directory_open(root, NULL);
  struct file_stat stat;

  assert_refused(road, "/proc/version", ROAD_ERROR_UNREADABLE);
  assert_refused(road, "/proc/self/root/etc/passwd", ROAD_ERROR_UNREADABLE);
  g_assert_false(road_stat(road, "/proc", true, &stat, NULL));
  g_assert_true(road_stat(road, "/etc/passwd", true, &stat, NULL));
  close(root);
}

/* Of the places that are looked at, those that are mounts are named, without what is below them. */
static void
test_named_mounts(struct fixture *fixture, gconstpointer data)
{
  g_autofree char *var = tree_host_path(fixture->tree, "/var");
  g_autofree char *id = tree_host_path(fixture->tree, "/etc/machine-id");
  g_auto(GStrv) none = beneath_mounts(fixture->tree->fd);

  (void)data;
  g_assert_null(none[0]);
  tree_add_file(fixture->tree, "/var/lib/dbus/machine-id", "");
  tree_add_file(fixture->tree, "/etc/machine-id", "");
  if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
    g_test_skip("needs to make a mount namespace");
    return;
  }
  g_assert_no_errno(mount("none", var, "tmpfs", 0, NULL));
  g_assert_no_errno(mount("/dev/null", id, NULL, MS_BIND, NULL));
  /* Of the new namespace, where the mounts are. */
  int root = open(fixture->tree->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  g_auto(GStrv) mounts = beneath_mounts(root);
  g_autofree char *text = g_strjoinv(" ", mounts);
  close(root);
  g_assert_no_errno(umount(var));
  g_assert_no_errno(umount(id));
  g_assert_cmpstr(text, ==, "/etc/machine-id /var");
}

static void
test_owners(struct fixture *fixture, gconstpointer data)
{
  g_autoptr(Idmap) map = idmap_parse("uid 0 100000 10, gid 0 200000 10");
  g_autoptr(Road) road = directory_open(fixture->tree->fd, map);
  g_autofree char *path = tree_host_path(fixture->tree, "/file");
  struct file_stat stat;

  (void)data;
  tree_add_file(fixture->tree, "/file", "");
  if (chown(path, 100003, 200010) < 0) {
    g_test_skip("only root gives files away");
    return;
  }
  g_assert_true(road_stat(fixture->road, "/file", true, &stat, NULL));
  g_assert_cmpuint(stat.uid, ==, 100003);
  g_assert_true(road_stat(road, "/file", true, &stat, NULL));
  g_assert_cmpuint(stat.uid, ==, 3);
  g_assert_cmpuint(stat.gid, ==, IDMAP_NOBODY);
}

/* link-0 leads to the file; link-N to link-(N - 1). */
static void
test_link_count(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  tree_add_file(fixture->tree, "/file", "end");
  tree_add_link(fixture->tree, "/link-0", "file");
  for (guint i = 1; i <= ROAD_LINKS_MAX; i++) {
    g_autofree char *path = g_strdup_printf("/link-%u", i);
    g_autofree char *target = g_strdup_printf("link-%u", i - 1);
    tree_add_link(fixture->tree, path, target);
  }
  assert_content(fixture->road, "/link-39", "end");
  assert_refused(fixture->road, "/link-40", ROAD_ERROR_LOOP);
  tree_add_link(fixture->tree, "/a", "b");
  tree_add_link(fixture->tree, "/b", "a");
  assert_refused(fixture->road, "/a", ROAD_ERROR_LOOP);
}

static void
add_socket(struct fixture *fixture)
{
  g_autofree char *path = tree_host_path(fixture->tree, "/socket");
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_strlcpy(address.sun_path, path, sizeof address.sun_path);
  g_assert_no_errno(bind(fd, (struct sockaddr *)&address, sizeof address));
  close(fd);
}

/* Were one of them opened, this test would hang or have side effects. */
static void
test_special_files(struct fixture *fixture, gconstpointer data)
{
  g_autofree char *fifo = tree_host_path(fixture->tree, "/fifo");
  struct file_stat stat;

  (void)data;
  g_assert_no_errno(mkfifo(fifo, 0666));
  add_socket(fixture);
  tree_add_link(fixture->tree, "/link", "fifo");
  assert_refused(fixture->road, "/fifo", ROAD_ERROR_NOT_REGULAR);
  assert_refused(fixture->road, "/link", ROAD_ERROR_NOT_REGULAR);
  assert_refused(fixture->road, "/socket", ROAD_ERROR_NOT_REGULAR);
  g_assert_true(road_stat(fixture->road, "/fifo", true, &stat, NULL));
  g_assert_cmpint(stat.type, ==, FILE_OTHER);
}

static void
test_device(struct fixture *fixture, gconstpointer data)
{
  g_autofree char *path = tree_host_path(fixture->tree, "/zero");

  (void)data;
  if (mknod(path, S_IFCHR | 0666, makedev(1, 5)) < 0) {
    g_test_skip("only root makes devices");
    return;
  }
  assert_refused(fixture->road, "/zero", ROAD_ERROR_NOT_REGULAR);
}

static void
test_stat(struct fixture *fixture, gconstpointer data)
{
  struct file_stat file, other, link;

  (void)data;
  tree_add_file(fixture->tree, "/file", "12345");
  tree_add_hard_link(fixture->tree, "/other", "/file");
  tree_add_link(fixture->tree, "/link", "file");
  g_assert_true(road_stat(fixture->road, "/link", true, &file, NULL));
  g_assert_true(road_stat(fixture->road, "/other", false, &other, NULL));
  g_assert_true(road_stat(fixture->road, "/link", false, &link, NULL));
  g_assert_cmpint(file.type, ==, FILE_REGULAR);
  g_assert_cmpuint(file.size, ==, 5);
  g_assert_cmpuint(file.link_count, ==, 2);
  g_assert_cmpuint(file.inode, ==, other.inode);
  g_assert_cmpuint(file.device, ==, other.device);
  g_assert_cmpint(link.type, ==, FILE_LINK);
  g_assert_false(road_stat(fixture->road, "/none", true, &link, NULL));
}

static void
test_readlink(struct fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  (void)data;
  tree_add_file(fixture->tree, "/file", "");
  tree_add_link(fixture->tree, "/link", "/no/where/\xff");
  g_autoptr(GBytes) target = road_readlink(fixture->road, "/link", &error);
  g_assert_no_error(error);
  g_assert_cmpmem(g_bytes_get_data(target, NULL), g_bytes_get_size(target), "/no/where/\xff", 11);
  g_autoptr(GBytes) none = road_readlink(fixture->road, "/file", &error);
  g_assert_null(none);
  g_assert_error(error, ROAD_ERROR, ROAD_ERROR_NOT_REGULAR);
}

static void
test_list(struct fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  (void)data;
  tree_add_file(fixture->tree, "/d/b", "");
  tree_add_file(fixture->tree, "/d/\xff", "");
  tree_add_file(fixture->tree, "/d/.a", "");
  g_autoptr(GPtrArray) names = road_list(fixture->road, "/d", &error);
  g_assert_no_error(error);
  g_assert_cmpuint(names->len, ==, 3);
  g_assert_cmpstr(names->pdata[0], ==, ".a");
  g_assert_cmpstr(names->pdata[1], ==, "b");
  g_assert_cmpstr(names->pdata[2], ==, "\xff");
  g_autoptr(GPtrArray) none = road_list(fixture->road, "/d/b", &error);
  g_assert_null(none);
  g_assert_error(error, ROAD_ERROR, ROAD_ERROR_NOT_FOUND);
}

static void
test_list_limit(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  for (guint i = 0; i <= ROAD_LIST_MAX; i++) {
    g_autofree char *path = g_strdup_printf("%s/%05u", fixture->tree->path, i);
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    g_assert_no_errno(fd);
    close(fd);
  }
  g_autoptr(GPtrArray) names = road_list(fixture->road, "/", NULL);
  g_assert_cmpuint(names->len, ==, ROAD_LIST_MAX);
  g_assert_true(fixture->road->truncated);
}

static void
test_long_path(struct fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_strnfill(ROAD_PATH_MAX, 'a');

  (void)data;
  path[0] = '/';
  assert_refused(fixture->road, path, ROAD_ERROR_NOT_FOUND);
}

struct swapper {
  char *one, *other;
  int stop;
};

/* The guest's part: two names, one of which leads out, change places as fast as they can. */
static gpointer
swap_names(gpointer data)
{
  struct swapper *swapper = data;

  while (!g_atomic_int_get(&swapper->stop))
    renameat2(AT_FDCWD, swapper->one, AT_FDCWD, swapper->other, RENAME_EXCHANGE);
  return NULL;
}

/*
 * What a question to a name that may lead outside says: ESCAPED when it is about the canary, MISSED
 * when the name led nowhere. "/a/b" holds one file, as does what is outside; only their sizes and
 * contents differ.
 */
enum answer { MISSED, INSIDE, ESCAPED };

static enum answer
ask_for_content(struct road *road, bool above)
{
  g_autoptr(GBytes) bytes =
      road_read_file(road, above ? "/a/b/../b/shadow" : "/a/b/shadow", 100, NULL);

  if (!bytes)
    return MISSED;
  return g_bytes_get_size(bytes) == strlen(INSIDE_TEXT) ? INSIDE : ESCAPED;
}

static enum answer
ask_for_stat(struct road *road, bool above)
{
  struct file_stat stat;

  if (!road_stat(road, above ? "/a/b/../b/shadow" : "/a/b/shadow", true, &stat, NULL))
    return MISSED;
  return stat.size == strlen(INSIDE_TEXT) ? INSIDE : ESCAPED;
}

static enum answer
ask_for_link(struct road *road, bool above)
{
  g_autoptr(GBytes) target = road_readlink(road, above ? "/a/b/../b/link" : "/a/b/link", NULL);

  if (!target)
    return MISSED;
  return g_bytes_get_size(target) == strlen(INSIDE_TEXT) ? INSIDE : ESCAPED;
}

static enum answer
ask_for_names(struct road *road, bool above)
{
  g_autoptr(GPtrArray) names = road_list(road, above ? "/a/b/../b" : "/a/b", NULL);

  if (!names)
    return MISSED;
  return names->len == 2 ? INSIDE : ESCAPED;
}

/* Have two names change places for as long as something else is done. */
static void
swap_while(struct fixture *fixture, const char *one, const char *other,
           void (*meanwhile)(struct road *road))
{
  struct swapper swapper = {tree_host_path(fixture->tree, one),
                            tree_host_path(fixture->tree, other), 0};
  g_autoptr(GThread) thread = g_thread_new("swap", swap_names, &swapper);

  meanwhile(fixture->road);
  g_atomic_int_set(&swapper.stop, 1);
  g_thread_join(g_steal_pointer(&thread));
  g_free(swapper.one);
  g_free(swapper.other);
}

/* 400,000 rounds in all; each of the four as many when there is time. */
static void
ask_swapped(struct road *road)
{
  static enum answer (*const questions[])(struct road * road, bool above) = {
      ask_for_content, ask_for_stat, ask_for_link, ask_for_names};
  const guint rounds = g_test_slow() ? 1600000 : 400000;
  guint answers[G_N_ELEMENTS(questions)][ESCAPED + 1] = {0};

  g_test_timer_start();
  for (guint i = 0; i < rounds; i++) {
    guint question = i % G_N_ELEMENTS(questions);
    bool above = i / G_N_ELEMENTS(questions) % 2;

    answers[question][questions[question](road, above)]++;
  }
  g_test_message("%u rounds in %.1f s", rounds, g_test_timer_elapsed());
  for (guint i = 0; i < G_N_ELEMENTS(questions); i++) {
    g_assert_cmpuint(answers[i][ESCAPED], ==, 0);
    g_assert_cmpuint(answers[i][INSIDE], >, 0);
    g_assert_cmpuint(answers[i][MISSED], >, 0);
  }
}

static void
test_race(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  tree_add_file(fixture->tree, "/a/b/shadow", INSIDE_TEXT);
  tree_add_link(fixture->tree, "/a/b/link", INSIDE_TEXT);
  tree_add_link(fixture->tree, "/a/link", fixture->outside->path);
  tree_add_link(fixture->outside, "/link", CANARY);
  tree_add_file(fixture->outside, "/more", "");
  swap_while(fixture, "/a/b", "/a/link", ask_swapped);
}

static void
read_swapped(struct road *road)
{
  guint read = 0, refused = 0;

  for (guint i = 0; i < 20000; i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = road_read_file(road, "/file", 100, &error);

    if (bytes)
      g_assert_cmpuint(g_bytes_get_size(bytes), ==, strlen(INSIDE_TEXT));
    read += bytes != NULL;
    refused += error != NULL;
  }
  g_assert_cmpuint(read, >, 0);
  g_assert_cmpuint(refused, >, 0);
}

/* A FIFO takes the file's place between two looks: nobody waits for its other end. */
static void
test_fifo_race(struct fixture *fixture, gconstpointer data)
{
  g_autofree char *fifo = tree_host_path(fixture->tree, "/fifo");

  (void)data;
  tree_add_file(fixture->tree, "/file", INSIDE_TEXT);
  g_assert_no_errno(mkfifo(fifo, 0666));
  swap_while(fixture, "/file", "/fifo", read_swapped);
}

/* A device does: what it has to say is not taken for the file's. */
static void
test_device_race(struct fixture *fixture, gconstpointer data)
{
  g_autofree char *zero = tree_host_path(fixture->tree, "/zero");

  (void)data;
  tree_add_file(fixture->tree, "/file", INSIDE_TEXT);
  if (mknod(zero, S_IFCHR | 0666, makedev(1, 5)) < 0) {
    g_test_skip("only root makes devices");
    return;
  }
  swap_while(fixture, "/file", "/zero", read_swapped);
}

int
main(int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*test)(struct fixture *fixture, gconstpointer data);
  } tests[] = {
      {"/directory/read", test_read},
      {"/directory/read-limit", test_read_limit},
      {"/directory/read-whole", test_read_whole},
      {"/directory/read-sparse", test_read_sparse},
      {"/directory/links-inside", test_links_inside},
      {"/directory/links-outside", test_links_outside},
      {"/directory/link-count", test_link_count},
      {"/directory/special-files", test_special_files},
      {"/directory/device", test_device},
      {"/directory/stat", test_stat},
      {"/directory/readlink", test_readlink},
      {"/directory/list", test_list},
      {"/directory/list-limit", test_list_limit},
      {"/directory/long-path", test_long_path},
      {"/directory/named-mounts", test_named_mounts},
      {"/directory/owners", test_owners},
      {"/directory/fifo-race", test_fifo_race},
      {"/directory/device-race", test_device_race},
      {"/directory/race", test_race},
  };

  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/directory/magic-links", test_magic_links);
  g_test_add_func("/directory/mounts", test_mounts);
  for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
    g_test_add(tests[i].name, struct fixture, NULL, setup, tests[i].test, teardown);
  return g_test_run();
}
