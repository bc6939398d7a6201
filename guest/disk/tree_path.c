/* SPDX-License-Identifier: Apache-2.0 */
/* Paths inside a guest, resolved name by name and never leaving its own file systems. */
#include "guest/disk/tree_path.h"

#include <string.h>

/* Collectors ask for a few dozen paths, several times each; what exceeds this is not kept. */
#define KNOWN_MAX 512

struct walk {
  struct tree *tree;
  GString *path; /* canonical, of the last node */
  GArray *nodes; /* of struct tree_node: the root, then one for each name of `path` */
  GString *rest; /* of the way, with what links have put before it */
  guint links;
};

static bool
fail(enum disk_error code, const char *why, GError **error)
{
  g_set_error_literal(error, DISK_ERROR, code, why);
  return false;
}

static struct tree_node *
last_node(struct walk *walk)
{
  return &g_array_index(walk->nodes, struct tree_node, walk->nodes->len - 1);
}

/* Take the next name off the rest. NULL at the end. */
static char *
next_name(struct walk *walk)
{
  const char *rest = walk->rest->str;
  size_t slashes = strspn(rest, "/");
  size_t length = strcspn(rest + slashes, "/");
  char *name = length > 0 ? g_strndup(rest + slashes, length) : NULL;

  g_string_erase(walk->rest, 0, slashes + length);
  return name;
}

static bool
at_end(const struct walk *walk)
{
  return strspn(walk->rest->str, "/") == walk->rest->len;
}

/* Up one name, at the root nowhere: ".." of the root is the root. */
static void
go_up(struct walk *walk)
{
  if (walk->nodes->len == 1)
    return;
  g_array_set_size(walk->nodes, walk->nodes->len - 1);
  g_string_truncate(walk->path, (gsize)(strrchr(walk->path->str, '/') - walk->path->str));
}

static void
go_to_root(struct walk *walk)
{
  g_array_set_size(walk->nodes, 1);
  g_string_truncate(walk->path, 0);
}

static bool
look_up(const struct tree_node *directory, const char *name, struct tree_node *ret_node,
        GError **error)
{
  struct fs *fs = directory->fs;
  struct file_stat stat;
  guint64 inode;

  if (!fs)
    return fail(DISK_ERROR_UNSUPPORTED_FILESYSTEM, TREE_UNREADABLE, error);
  if (!fs->ops->lookup(fs, directory->inode, name, &inode, error) ||
      !fs->ops->stat(fs, inode, &stat, error))
    return false;
  *ret_node = (struct tree_node){fs, inode, stat.type};
  return true;
}

static void
remember(struct tree *tree, const char *path, const struct tree_node *node)
{
  if (g_hash_table_size(tree->known) < KNOWN_MAX)
    g_hash_table_insert(tree->known, g_strdup(path), g_memdup2(node, sizeof(*node)));
}

/* The entry `name` of the last node, whose own canonical path walk->path already is. */
static bool
find_entry(struct walk *walk, const char *name, struct tree_node *ret_node, GError **error)
{
  struct tree *tree = walk->tree;
  const struct tree_node *node = g_hash_table_lookup(tree->known, walk->path->str);

  if (!node)
    node = tree_mounted(tree, walk->path->str);
  if (node) {
    *ret_node = *node;
    return true;
  }
  if (!look_up(last_node(walk), name, ret_node, error))
    return false;
  remember(tree, walk->path->str, ret_node);
  return true;
}

/* Go on with a link's target in place of its name. */
static bool
follow_link(struct walk *walk, const struct tree_node *link, GError **error)
{
  if (++walk->links > ROAD_LINKS_MAX)
    return fail(DISK_ERROR_LINK_LOOP, "too many levels of symbolic links", error);
  g_autoptr(GBytes) target = link->fs->ops->readlink(link->fs, link->inode, error);
  if (!target)
    return false;
  gsize length;
  const char *bytes = g_bytes_get_data(target, &length);
  if (length == 0 || length + walk->rest->len >= ROAD_PATH_MAX)
    return fail(DISK_ERROR_NOT_FOUND, "a symbolic link to nowhere", error);
  if (bytes[0] == '/')
    go_to_root(walk);
  g_string_prepend_len(walk->rest, bytes, (gssize)length);
  return true;
}

static bool
go_down(struct walk *walk, const char *name, bool follow, GError **error)
{
  gsize parent_length = walk->path->len;
  struct tree_node node;

  g_string_append_c(walk->path, '/');
  g_string_append(walk->path, name);
  if (!find_entry(walk, name, &node, error))
    return false;
  if (node.type == FILE_LINK && (follow || !at_end(walk))) {
    g_string_truncate(walk->path, parent_length);
    return follow_link(walk, &node, error);
  }
  g_array_append_val(walk->nodes, node);
  return true;
}

static bool
walk_to_end(struct walk *walk, bool follow, GError **error)
{
  char *next;

  while ((next = next_name(walk))) {
    g_autofree char *name = next;

    if (last_node(walk)->type != FILE_DIRECTORY)
      return fail(DISK_ERROR_NOT_DIRECTORY, "not a directory", error);
    if (strcmp(name, "..") == 0)
      go_up(walk);
    else if (strcmp(name, ".") != 0 && !go_down(walk, name, follow, error))
      return false;
  }
  return true;
}

bool
tree_path_resolve(struct tree *tree, const char *path, bool follow, struct tree_node *ret_node,
                  char **ret_path, GError **error)
{
  g_autoptr(GArray) nodes = g_array_new(FALSE, FALSE, sizeof(struct tree_node));
  g_autoptr(GString) canonical = g_string_new(NULL);
  g_autoptr(GString) rest = g_string_new(path);
  struct walk walk = {tree, canonical, nodes, rest, 0};

  g_array_append_val(nodes, tree->root);
  if (!walk_to_end(&walk, follow, error))
    return false;
  *ret_node = *last_node(&walk);
  if (ret_path)
    *ret_path = g_strdup(canonical->str);
  return true;
}
