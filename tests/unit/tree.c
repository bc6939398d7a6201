/* SPDX-License-Identifier: Apache-2.0 */
/* Trees for tests. */
#include "tests/unit/tree.h"

#include "guest/collectors.h"
#include "guest/directory.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct tree *
tree_new(void)
{
  struct tree *tree = g_new0(struct tree, 1);

  tree->path = g_dir_make_tmp("virt-ledger-tree-XXXXXX", NULL);
  g_assert_nonnull(tree->path);
  tree->fd = open(tree->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  g_assert_cmpint(tree->fd, >=, 0);
  return tree;
}

static int
remove_one(const char *path, const struct stat *stat, int flag, struct FTW *walk)
{
  (void)stat, (void)flag, (void)walk;
  return remove(path);
}

void
tree_free(struct tree *tree)
{
  if (!tree)
    return;
  close(tree->fd);
  nftw(tree->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  g_free(tree->path);
  g_free(tree);
}

char *
tree_host_path(struct tree *tree, const char *path)
{
  return g_strconcat(tree->path, path, NULL);
}

void
tree_add_directory(struct tree *tree, const char *path)
{
  g_autofree char *host_path = tree_host_path(tree, path);

  g_assert_no_errno(g_mkdir_with_parents(host_path, 0755));
}

/* The host's path of something whose parent exists from now on. */
static char *
prepare(struct tree *tree, const char *path)
{
  g_autofree char *parent = g_path_get_dirname(path);

  tree_add_directory(tree, parent);
  return tree_host_path(tree, path);
}

void
tree_add_bytes(struct tree *tree, const char *path, const char *bytes, gsize size)
{
  g_autofree char *host_path = prepare(tree, path);
  g_autoptr(GError) error = NULL;

  g_file_set_contents(host_path, bytes, (gssize)size, &error);
  g_assert_no_error(error);
}

void
tree_add_file(struct tree *tree, const char *path, const char *text)
{
  tree_add_bytes(tree, path, text, strlen(text));
}

void
tree_add_link(struct tree *tree, const char *path, const char *target)
{
  g_autofree char *host_path = prepare(tree, path);

  g_assert_no_errno(symlink(target, host_path));
}

void
tree_add_hard_link(struct tree *tree, const char *path, const char *existing)
{
  g_autofree char *host_path = prepare(tree, path);
  g_autofree char *from = tree_host_path(tree, existing);

  g_assert_no_errno(link(from, host_path));
}

struct root *
tree_collect(struct tree *tree)
{
  g_autoptr(Road) road = directory_open(tree->fd, NULL);
  struct root *root = root_new();

  root->root = g_strdup("/");
  root->status = g_strdup(GUEST_OK);
  collectors_run(road, root);
  return root;
}

struct identity *
root_identity(struct root *root, const char *kind, const char *path)
{
  struct identity *found = NULL;

  for (guint i = 0; i < root->identities->len; i++) {
    struct identity *identity = root->identities->pdata[i];

    if (strcmp(identity->kind, kind) != 0 || (path && strcmp(identity->path, path) != 0))
      continue;
    g_assert_null(found);
    found = identity;
  }
  return found;
}
