/* SPDX-License-Identifier: Apache-2.0 */
/* Paths and links inside a guest of several file systems. */
#include "guest/disk/raw.h"
#include "guest/disk/tree.h"
#include "tests/unit/scratch.h"

#include <string.h>
#include <unistd.h>

/* A root file system and one for /var, both from one folder of the scratch. */
struct guest {
  struct scratch *scratch;
  int fds[2];
  struct device *devices[2];
  struct fs *root, *var;
  struct road *road;
};

static struct fs *
open_image(struct guest *guest, guint index, const char *name)
{
  g_autoptr(GError) error = NULL;

  guest->fds[index] = scratch_open(guest->scratch, name);
  guest->devices[index] = raw_open(guest->fds[index], NULL);
  struct fs *fs = fs_open(guest->devices[index], &error);
  g_assert_no_error(error);
  return fs;
}

static struct guest
guest_open(const char *script)
{
  struct guest guest = {.scratch = scratch_new()};

  scratch_run(guest.scratch,
              "mkdir -p root/etc root/var/lib/hidden var/lib/dbus\n"
              "echo root > root/etc/file; echo var > var/lib/dbus/file\n"
              "%s\n"
              "for name in root var; do\n"
              "  truncate -s 4M $name.img; mke2fs -q -t ext4 -d $name $name.img\n"
              "done\n",
              script);
  guest.root = open_image(&guest, 0, "root.img");
  guest.var = open_image(&guest, 1, "var.img");
  guest.road = tree_new(guest.root);
  return guest;
}

static void
guest_close(struct guest *guest)
{
  road_free(guest->road);
  fs_free(guest->root);
  fs_free(guest->var);
  for (guint i = 0; i < G_N_ELEMENTS(guest->fds); i++) {
    device_free(guest->devices[i]);
    close(guest->fds[i]);
  }
  scratch_free(guest->scratch);
}

#define FOUND (-1)

struct path_case {
  const char *path;
  int code;            /* of ROAD_ERROR; FOUND when it can be read */
  const char *content; /* without its newline */
};

static void
assert_cases(struct road *road, const struct path_case *cases, guint count)
{
  for (guint i = 0; i < count; i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = road_read_file(road, cases[i].path, 100, &error);

    g_test_message("%s", cases[i].path);
    if (cases[i].code == FOUND) {
      g_autofree char *text = g_strconcat(cases[i].content, "\n", NULL);
      g_assert_no_error(error);
      g_assert_cmpmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), text, strlen(text));
    } else {
      g_assert_error(error, ROAD_ERROR, cases[i].code);
    }
  }
}

/* The host has no file that these links could lead to, and the guest's own is what is read. */
static void
test_links(void)
{
  static const struct path_case cases[] = {
      {"/etc/file", FOUND, "root"},
      {"//etc///./file", FOUND, "root"},
      {"/absolute", FOUND, "root"},
      {"/relative", FOUND, "root"},
      {"/above", FOUND, "root"},
      {"/etc/up", FOUND, "root"},
      {"/../../etc/../etc/file", FOUND, "root"},
      {"/directory/file", FOUND, "root"},
      {"/directory/../etc/file", FOUND, "root"},
      {"/deep/link/../file", FOUND, "root"},
      {"/chain-40", FOUND, "root"},
      {"/chain-41", ROAD_ERROR_LOOP, NULL},
      {"/self", ROAD_ERROR_LOOP, NULL},
      {"/ping", ROAD_ERROR_LOOP, NULL},
      {"/growing", ROAD_ERROR_LOOP, NULL},
      {"/host", ROAD_ERROR_NOT_FOUND, NULL},
      {"/dangling", ROAD_ERROR_NOT_FOUND, NULL},
      {"/absent", ROAD_ERROR_NOT_FOUND, NULL},
      {"/etc/file/more", ROAD_ERROR_NOT_FOUND, NULL},
      {"/etc/file/..", ROAD_ERROR_NOT_FOUND, NULL},
      {"/etc", ROAD_ERROR_NOT_REGULAR, NULL},
      {"/", ROAD_ERROR_NOT_REGULAR, NULL},
  };

  if (!scratch_has_tools("mke2fs", NULL))
    return;
  struct guest guest = guest_open(
      "cd root\n"
      "ln -s /etc/file absolute; ln -s etc/file relative; ln -s ../../../etc/file above\n"
      "ln -s ../etc/file etc/up; ln -s etc directory\n"
      "mkdir -p deep; ln -s /etc/sub deep/link; mkdir etc/sub\n"
      "ln -s etc/file chain-1\n"
      "for i in $(seq 2 41); do ln -s chain-$((i - 1)) chain-$i; done\n"
      "ln -s self self; ln -s pong ping; ln -s ping pong; ln -s growing/x growing\n"
      "ln -s \"$PWD/etc/file\" host\n"
      "ln -s nowhere dangling\n"
      "cd ..");
  assert_cases(guest.road, cases, G_N_ELEMENTS(cases));
  guest_close(&guest);
}

static void
test_mounts(void)
{
  static const struct path_case before[] = {
      {"/var/lib/dbus/file", ROAD_ERROR_NOT_FOUND, NULL},
      {"/to-var", ROAD_ERROR_NOT_FOUND, NULL},
  };
  static const struct path_case after[] = {
      {"/var/lib/dbus/file", FOUND, "var"},
      {"/to-var", FOUND, "var"},
      {"/var/lib/hidden/../dbus/file", ROAD_ERROR_NOT_FOUND, NULL},
      {"/var/../etc/file", FOUND, "root"},
      {"/var/lib/back", FOUND, "root"},
      {"/alias/lib/dbus/file", FOUND, "var"},
  };
  struct file_stat root, var;

  if (!scratch_has_tools("mke2fs", NULL))
    return;
  struct guest guest = guest_open("ln -s var/lib/dbus/file root/to-var\n"
                                  "ln -s ../../etc/file var/lib/back; ln -s var root/alias");
  assert_cases(guest.road, before, G_N_ELEMENTS(before));
  tree_mount(guest.road, "/alias/", guest.var);
  assert_cases(guest.road, after, G_N_ELEMENTS(after));

  g_assert_true(road_stat(guest.road, "/", true, &root, NULL));
  g_assert_true(road_stat(guest.road, "/var", true, &var, NULL));
  g_assert_cmpuint(root.inode, ==, var.inode);
  g_assert_cmpuint(root.device, !=, var.device);
  guest_close(&guest);
}

static void
test_unreadable_mount(void)
{
  static const struct path_case cases[] = {
      {"/var", ROAD_ERROR_UNREADABLE, NULL},
      {"/var/lib/dbus/machine-id", ROAD_ERROR_UNREADABLE, NULL},
      {"/to-var", ROAD_ERROR_UNREADABLE, NULL},
      {"/var/log/lib/dbus/file", FOUND, "var"},
      {"/var/../etc/file", FOUND, "root"},
      {"/new/place/lib/dbus/file", ROAD_ERROR_NOT_FOUND, NULL},
      {"/new/lib/dbus/file", FOUND, "var"},
  };
  struct file_stat stat;

  if (!scratch_has_tools("mke2fs", NULL))
    return;
  struct guest guest = guest_open("ln -s var/lib/dbus/file root/to-var");
  tree_mount(guest.road, "/var", NULL);
  tree_mount(guest.road, "/var/log", guest.var);
  tree_mount(guest.road, "/new", guest.var);
  assert_cases(guest.road, cases, G_N_ELEMENTS(cases));
  g_assert_false(road_stat(guest.road, "/var", true, &stat, NULL));
  guest_close(&guest);
}

static void
test_bind(void)
{
  static const struct path_case cases[] = {
      {"/srv/var/dbus/file", FOUND, "var"},
      {"/var/lib/dbus/file", FOUND, "var"},
      {"/srv/var/../../etc/file", FOUND, "root"},
  };

  if (!scratch_has_tools("mke2fs", NULL))
    return;
  struct guest guest = guest_open("mkdir -p root/srv/var");
  tree_mount(guest.road, "/var", guest.var);
  g_assert_true(tree_bind(guest.road, "/var/lib", "/srv/var", NULL));
  g_assert_false(tree_bind(guest.road, "/nowhere", "/srv", NULL));
  assert_cases(guest.road, cases, G_N_ELEMENTS(cases));
  guest_close(&guest);
}

static void
test_kinds(void)
{
  static const struct path_case cases[] = {
      {"/fifo", ROAD_ERROR_NOT_REGULAR, NULL},
      {"/device", ROAD_ERROR_NOT_REGULAR, NULL},
      {"/to-fifo", ROAD_ERROR_NOT_REGULAR, NULL},
  };
  struct file_stat stat;

  if (!scratch_has_tools("mke2fs", NULL))
    return;
  if (getuid() != 0) {
    g_test_skip("only root makes device nodes");
    return;
  }
  struct guest guest = guest_open("mkfifo root/fifo; mknod root/device c 1 5\n"
                                  "ln -s fifo root/to-fifo");
  assert_cases(guest.road, cases, G_N_ELEMENTS(cases));
  g_assert_true(road_stat(guest.road, "/to-fifo", true, &stat, NULL));
  g_assert_cmpint(stat.type, ==, FILE_OTHER);
  g_assert_true(road_stat(guest.road, "/to-fifo", false, &stat, NULL));
  g_assert_cmpint(stat.type, ==, FILE_LINK);
  guest_close(&guest);
}

static void
test_other_questions(void)
{
  g_autoptr(GError) error = NULL;

  if (!scratch_has_tools("mke2fs", NULL))
    return;
  struct guest guest = guest_open("touch root/etc/another; ln -s file root/etc/link");
  g_autoptr(GBytes) target = road_readlink(guest.road, "/etc/link", NULL);
  g_assert_cmpmem(g_bytes_get_data(target, NULL), g_bytes_get_size(target), "file", 4);
  g_assert_null(road_readlink(guest.road, "/etc/file", &error));
  g_assert_error(error, ROAD_ERROR, ROAD_ERROR_NOT_REGULAR);

  g_autoptr(GPtrArray) names = road_list(guest.road, "/etc", NULL);
  g_assert_cmpuint(names->len, ==, 3);
  g_assert_cmpstr(names->pdata[0], ==, "another");
  g_assert_cmpstr(names->pdata[2], ==, "link");
  g_assert_false(guest.road->truncated);
  g_autoptr(GBytes) cut = road_read_file(guest.road, "/etc/file", 3, NULL);
  g_assert_cmpuint(g_bytes_get_size(cut), ==, 3);
  g_assert_true(guest.road->truncated);
  guest_close(&guest);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/disk-tree/links", test_links);
  g_test_add_func("/disk-tree/mounts", test_mounts);
  g_test_add_func("/disk-tree/unreadable-mount", test_unreadable_mount);
  g_test_add_func("/disk-tree/bind", test_bind);
  g_test_add_func("/disk-tree/kinds", test_kinds);
  g_test_add_func("/disk-tree/other-questions", test_other_questions);
  return g_test_run();
}
