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
  GString *way;  /* from here on, with what links have put before it … */
  gsize at;      /* … and where in it we are */
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

/* A name of the way, which goes on after it. */
struct name {
  const char *text;
  gsize length; /* 0: there is none, the way ends */
};

static struct name
next_name(struct walk *walk)
{
  const char *rest = walk->way->str + walk->at;
  const char *text = rest + strspn(rest, "/");
  gsize length = (gsize)(strchrnul(text, '/') - text);

  walk->at += (gsize)(text - rest) + length;
  return (struct name){text, length};
}

static bool
is_dots(struct name name, gsize count)
{
  return name.length == count && memcmp(name.text, "..", count) == 0;
}

static bool
at_end(const struct walk *walk)
{
  const char *rest = walk->way->str + walk->at;

  return rest[strspn(rest, "/")] == '\0';
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
  if (length == 0 || length + walk->way->len - walk->at >= ROAD_PATH_MAX)
    return fail(DISK_ERROR_NOT_FOUND, "a symbolic link to nowhere", error);
  if (bytes[0] == '/')
    go_to_root(walk);
  g_string_erase(walk->way, 0, (gssize)walk->at);
  g_string_prepend_len(walk->way, bytes, (gssize)length);
  walk->at = 0;
  return true;
}

static bool
go_down(struct walk *walk, struct name name, bool follow, GError **error)
{
  gsize parent_length = walk->path->len;
  struct tree_node node;

  g_string_append_c(walk->path, '/');
  g_string_append_len(walk->path, name.text, (gssize)name.length);
  if (!find_entry(walk, walk->path->str + parent_length + 1, &node, error))
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
  struct name name;

  while ((name = next_name(walk)).length > 0) {
    if (last_node(walk)->type != FILE_DIRECTORY)
      return fail(DISK_ERROR_NOT_DIRECTORY, "not a directory", error);
    if (is_dots(name, 2))
      go_up(walk);
    else if (!is_dots(name, 1) && !go_down(walk, name, follow, error))
      return false;
  }
  return true;
}

bool
tree_path_resolve(struct tree *tree, const char *path, bool follow, struct tree_node *ret_node,
                  char **ret_path, GError **error)
{
  struct walk walk = {tree, tree->path, tree->nodes, tree->way, 0, 0};

  g_string_assign(tree->way, path);
  g_string_truncate(tree->path, 0);
  g_array_set_size(tree->nodes, 0);
  g_array_append_val(tree->nodes, tree->root);
  if (!walk_to_end(&walk, follow, error))
    return false;
  *ret_node = *last_node(&walk);
  if (ret_path)
    *ret_path = g_strdup(tree->path->str);
  return true;
}
