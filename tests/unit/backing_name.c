/* SPDX-License-Identifier: Apache-2.0 */
/* What names of backing files mean, and which are refused. */
#include "hypervisor/backing_name.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* In the header of /pool/top.qcow2. */
static const struct {
  const char *name;
  const char *path; /* NULL: refused */
} names[] = {
    {"/srv/base.qcow2", "/srv/base.qcow2"},
    {"base.qcow2", "/pool/base.qcow2"},
    {"sub/base.qcow2", "/pool/sub/base.qcow2"},
    {"../base.qcow2", "/pool/../base.qcow2"},
    {"./a:b.qcow2", "/pool/./a:b.qcow2"},
    {"/srv/a:b.qcow2", "/srv/a:b.qcow2"},
    {"file:/srv/base.qcow2", "/srv/base.qcow2"},
    {"file:///srv/base.qcow2", "///srv/base.qcow2"},
    {"file:base.qcow2", NULL},
    {"file:", NULL},
    {"a:b.qcow2", NULL},
    {"json:{\"driver\":\"nbd\",\"host\":\"example.org\"}", NULL},
    {"json:{\"file\":{\"driver\":\"file\",\"filename\":\"/etc/shadow\"}}", NULL},
    {"nbd://example.org/export", NULL},
    {"nbd:unix:/run/nbd.sock", NULL},
    {"nbd+unix:///x?socket=/run/nbd.sock", NULL},
    {"ssh://root@example.org/etc/shadow", NULL},
    {"http://example.org/base.qcow2", NULL},
    {"https://user:secret@example.org/base.qcow2", NULL},
    {"ftp://example.org/base.qcow2", NULL},
    {"rbd:pool/image", NULL},
    {"iscsi://example.org/iqn.2000-01.org.example/1", NULL},
    {"gluster://example.org/vol/image", NULL},
    {"nfs://example.org/export/image", NULL},
    {"fat:/etc", NULL},
    {"fat:rw:/etc", NULL},
    {"host_device:/dev/sda", NULL},
    {"host_cdrom:/dev/sr0", NULL},
    {"blkdebug::/etc/shadow", NULL},
    {"blkverify:/a:/b", NULL},
    {"quorum:x", NULL},
    {"null-co:", NULL},
    {"fd:3", NULL},
    {":", NULL},
    {"C:\\images\\base.vhd", NULL},
    {"", NULL},
    {"/srv/\xff.qcow2", NULL},
};

static void
test_names(void)
{
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autoptr(GBytes) name = g_bytes_new_static(names[i].name, strlen(names[i].name));
    const char *refusal = NULL;
    g_autofree char *path = backing_name_resolve(name, "/pool/top.qcow2", &refusal);

    g_assert_cmpstr(path, ==, names[i].path);
    g_assert_true((path == NULL) == (refusal != NULL));
  }
}

static void
test_too_long(void)
{
  g_autofree char *deep = g_strnfill(4090, 'd');
  g_autofree char *image = g_strdup_printf("/%s/top", deep);
  g_autoptr(GBytes) name = g_bytes_new_static("base.qcow2", 10);

  g_assert_null(backing_name_resolve(name, image, NULL));
}

static void
test_normalize(void)
{
  static const struct {
    const char *path, *normal;
  } paths[] = {
      {"/a/b", "/a/b"},           {"/a/../b", "/b"}, {"/a//b/./c", "/a/b/c"},
      {"/../../etc/x", "/etc/x"}, {"/a/b/..", "/a"}, {"/a..b/..c", "/a..b/..c"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
    g_autofree char *normal = backing_name_normalize(paths[i].path, false);

    g_assert_cmpstr(normal, ==, paths[i].normal);
  }
}

/* `..` after a link leads to the parent of the link's target, not of the link. */
static void
test_normalize_links(void)
{
  g_autofree char *root = g_dir_make_tmp("virt-ledger-XXXXXX", NULL);
  g_autofree char *far = g_build_filename(root, "far", "away", NULL);
  g_autofree char *link = g_build_filename(root, "link", NULL);
  g_autofree char *path = g_build_filename(link, "..", "base", NULL);
  g_autofree char *expected = g_build_filename(root, "far", "base", NULL);

  g_assert_cmpint(g_mkdir_with_parents(far, 0700), ==, 0);
  g_assert_cmpint(symlink(far, link), ==, 0);
  g_autofree char *normal = backing_name_normalize(path, true);
  g_assert_cmpstr(normal, ==, expected);

  g_autofree char *parent = g_path_get_dirname(far);
  g_unlink(link);
  g_rmdir(far);
  g_rmdir(parent);
  g_rmdir(root);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/backing-name/names", test_names);
  g_test_add_func("/backing-name/too-long", test_too_long);
  g_test_add_func("/backing-name/normalize", test_normalize);
  g_test_add_func("/backing-name/normalize-links", test_normalize_links);
  return g_test_run();
}
