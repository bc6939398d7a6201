/* SPDX-License-Identifier: Apache-2.0 */
/* File systems put together, and what a road may ask of them. */
#include "guest/disk/tree.h"

#include "guest/disk/tree_path.h"

#include <string.h>

struct mount {
  char *path; /* canonical */
  struct tree_node root;
};

static void
mount_free(gpointer data)
{
  struct mount *mount = data;

  g_free(mount->path);
  g_free(mount);
}

/* What a disk error is for those who ask along a road. */
static enum road_error
road_code(const GError *error)
{
  if (error->domain != DISK_ERROR)
    return ROAD_ERROR_UNREADABLE;
  switch (error->code) {
  case DISK_ERROR_NOT_FOUND:
  case DISK_ERROR_NOT_DIRECTORY:
    return ROAD_ERROR_NOT_FOUND;
  case DISK_ERROR_NOT_REGULAR:
  case DISK_ERROR_NOT_LINK:
    return ROAD_ERROR_NOT_REGULAR;
  case DISK_ERROR_LINK_LOOP:
    return ROAD_ERROR_LOOP;
  default:
    return ROAD_ERROR_UNREADABLE;
  }
}

/* Hand an error of the disk on as one of the road. Takes it over. */
static void
hand_on(GError *below, GError **error)
{
  below->code = (int)road_code(below);
  below->domain = ROAD_ERROR;
  g_propagate_error(error, below);
}

static bool
locate(struct road *road, const char *path, bool follow, struct tree_node *ret_node, GError **error)
{
  GError *below = NULL;

  if (tree_path_resolve((struct tree *)road, path, follow, ret_node, NULL, &below) && ret_node->fs)
    return true;
  if (!below)
    below = g_error_new_literal(DISK_ERROR, DISK_ERROR_UNSUPPORTED_FILESYSTEM, TREE_UNREADABLE);
  hand_on(below, error);
  return false;
}

static GBytes *
tree_read_file(struct road *road, const char *path, gsize max, GError **error)
{
  struct tree_node node;
  GError *below = NULL;

  if (!locate(road, path, true, &node, error))
    return NULL;
  GBytes *bytes = node.fs->ops->read(node.fs, node.inode, max, &below);
  if (!bytes)
    hand_on(below, error);
  return bytes;
}

static bool
tree_stat(struct road *road, const char *path, bool follow, struct file_stat *ret_stat,
          GError **error)
{
  struct tree *tree = (struct tree *)road;
  struct tree_node node;
  GError *below = NULL;
  guint place;

  if (!locate(road, path, follow, &node, error))
    return false;
  if (!node.fs->ops->stat(node.fs, node.inode, ret_stat, &below)) {
    hand_on(below, error);
    return false;
  }
  if (!g_ptr_array_find(tree->file_systems, node.fs, &place))
    g_assert_not_reached();
  ret_stat->device = place;
  return true;
}

static GBytes *
tree_readlink(struct road *road, const char *path, GError **error)
{
  struct tree_node node;
  GError *below = NULL;

  if (!locate(road, path, false, &node, error))
    return NULL;
  GBytes *target = node.fs->ops->readlink(node.fs, node.inode, &below);
  if (!target)
    hand_on(below, error);
  return target;
}

static GPtrArray *
tree_list(struct road *road, const char *path, GError **error)
{
  struct tree_node node;
  GError *below = NULL;

  if (!locate(road, path, true, &node, error))
    return NULL;
  /* One more than wanted, for road_list() to see that there are more. */
  GPtrArray *names = node.fs->ops->list(node.fs, node.inode, ROAD_LIST_MAX + 1, &below);
  if (!names)
    hand_on(below, error);
  return names;
}

static void
tree_free(struct road *road)
{
  struct tree *tree = (struct tree *)road;

  g_ptr_array_unref(tree->mounts);
  g_ptr_array_unref(tree->file_systems);
  g_hash_table_unref(tree->known);
  g_string_free(tree->path, TRUE);
  g_array_unref(tree->nodes);
  g_string_free(tree->way, TRUE);
  g_free(tree);
}

struct road *
tree_new(struct fs *root)
{
  static const struct road_ops ops = {tree_read_file, tree_stat, tree_readlink, tree_list,
                                      tree_free};
  struct tree *tree = g_new(struct tree, 1);

  *tree = (struct tree){
      .road = {.ops = &ops},
      .root = {root, root->root, FILE_DIRECTORY},
      .mounts = g_ptr_array_new_with_free_func(mount_free),
      .file_systems = g_ptr_array_new(),
      .known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
      .path = g_string_new(NULL),
      .nodes = g_array_new(FALSE, FALSE, sizeof(struct tree_node)),
      .way = g_string_new(NULL),
  };
  g_ptr_array_add(tree->file_systems, root);
  return &tree->road;
}

const struct tree_node *
tree_mounted(const struct tree *tree, const char *path)
{
  for (guint i = tree->mounts->len; i > 0; i--) {
    const struct mount *mount = tree->mounts->pdata[i - 1];

    if (strcmp(mount->path, path) == 0)
      return &mount->root;
  }
  return NULL;
}

static void
add_mount(struct tree *tree, const char *mount_point, struct tree_node root)
{
  struct mount *mount = g_new(struct mount, 1);
  struct tree_node covered;

  mount->root = root;
  if (!tree_path_resolve(tree, mount_point, true, &covered, &mount->path, NULL))
    mount->path = g_canonicalize_filename(mount_point, "/");
  g_ptr_array_add(tree->mounts, mount);
  if (root.fs && !g_ptr_array_find(tree->file_systems, root.fs, NULL))
    g_ptr_array_add(tree->file_systems, root.fs);
  g_hash_table_remove_all(tree->known);
}

void
tree_mount(struct road *tree, const char *mount_point, struct fs *fs)
{
  add_mount((struct tree *)tree, mount_point,
            (struct tree_node){fs, fs ? fs->root : 0, FILE_DIRECTORY});
}

bool
tree_bind(struct road *tree, const char *directory, const char *mount_point, GError **error)
{
  struct tree_node root;

  if (!locate(tree, directory, true, &root, error))
    return false;
  add_mount((struct tree *)tree, mount_point, root);
  return true;
}
