/* SPDX-License-Identifier: Apache-2.0 */
/* The directory road: what it reads, and everything that must not lead it out of the tree. */
#include "guest/directory.h"
#include "tests/unit/tree.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#define CANARY "root:canary:19000:0:99999:7:::\n"

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
  fixture->road = directory_open(fixture->tree->fd);
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
  int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  g_autoptr(Road) road = directory_open(root);

  assert_refused(road, "/proc/self/exe", ROAD_ERROR_LOOP);
  assert_refused(road, "/proc/self/root/etc/passwd", ROAD_ERROR_LOOP);
  close(root);
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
  char *directory, *link;
  int stop;
};

/* The guest's part: a directory and a link that leads out change places as fast as they can. */
static gpointer
swap_names(gpointer data)
{
  struct swapper *swapper = data;

  while (!g_atomic_int_get(&swapper->stop))
    renameat2(AT_FDCWD, swapper->directory, AT_FDCWD, swapper->link, RENAME_EXCHANGE);
  return NULL;
}

static void
test_race(struct fixture *fixture, gconstpointer data)
{
  const guint rounds = g_test_slow() ? 400000 : 20000;
  struct swapper swapper = {tree_host_path(fixture->tree, "/a/b"),
                            tree_host_path(fixture->tree, "/a/link"), 0};
  guint inside = 0, outside = 0;

  (void)data;
  tree_add_file(fixture->tree, "/a/b/shadow", "inside");
  tree_add_link(fixture->tree, "/a/link", fixture->outside->path);
  g_autoptr(GThread) thread = g_thread_new("swap", swap_names, &swapper);
  for (guint i = 0; i < rounds; i++) {
    g_autoptr(GBytes) bytes =
        road_read_file(fixture->road, i % 2 ? "/a/b/shadow" : "/a/b/../b/shadow", 100, NULL);
    if (bytes && memcmp(g_bytes_get_data(bytes, NULL), "inside", 6) == 0)
      inside++;
    else if (bytes)
      outside++;
  }
  g_atomic_int_set(&swapper.stop, 1);
  g_thread_join(g_steal_pointer(&thread));
  g_free(swapper.directory);
  g_free(swapper.link);
  g_assert_cmpuint(outside, ==, 0);
  g_assert_cmpuint(inside, >, 0);
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
      {"/directory/race", test_race},
  };

  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/directory/magic-links", test_magic_links);
  for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
    g_test_add(tests[i].name, struct fixture, NULL, setup, tests[i].test, teardown);
  return g_test_run();
}
