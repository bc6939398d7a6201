/* SPDX-License-Identifier: Apache-2.0 */
/* Following paths, one component after the other. */
#include "guest/ssh/login/real_path.h"

#include <string.h>

/* Bytes of paths that are looked at in all. */
#define WORK_MAX ((guint64)100 << 20)

struct node {
  struct file_stat stat;
  char *link;    /* its target, of a link */
  GError *error; /* why there is no more to know */
};

struct real_paths {
  struct road *road;
  GHashTable *nodes; /* canonical path of the parent, and a name in it -> struct node */
  guint64 work_left;
};

struct walk {
  struct real_paths *paths;
  GString *canonical; /* so far; empty: the root */
  GString *rest;      /* to come */
  gsize at;           /* in the rest */
  guint links;
  GPtrArray *searched;
};

static void
free_node(gpointer data)
{
  struct node *node = data;

  g_free(node->link);
  g_clear_error(&node->error);
  g_free(node);
}

struct real_paths *
real_paths_new(struct road *road)
{
  struct real_paths *paths = g_new0(struct real_paths, 1);

  paths->road = road;
  paths->nodes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_node);
  paths->work_left = WORK_MAX;
  return paths;
}

void
real_paths_free(struct real_paths *paths)
{
  if (!paths)
    return;
  g_hash_table_unref(paths->nodes);
  g_free(paths);
}

static struct node *
read_node(struct road *road, const char *path)
{
  struct node *node = g_new0(struct node, 1);

  if (!road_stat(road, path, false, &node->stat, &node->error) || node->stat.type != FILE_LINK)
    return node;
  g_autoptr(GBytes) target = road_readlink(road, path, &node->error);
  if (target)
    node->link = g_strndup(g_bytes_get_data(target, NULL), g_bytes_get_size(target));
  return node;
}

/*
 * What is at a path whose parent is canonical, without following it; with its error where it has.
 */
static const struct node *
look_up(struct real_paths *paths, const char *path)
{
  struct node *node = g_hash_table_lookup(paths->nodes, path);

  paths->work_left -= MIN(paths->work_left, strlen(path));
  if (node)
    return node;
  node = read_node(paths->road, path);
  g_hash_table_insert(paths->nodes, g_strdup(path), node);
  return node;
}

static bool
set_missing(GError **error)
{
  g_set_error_literal(error, ROAD_ERROR, ROAD_ERROR_NOT_FOUND, "no such file");
  return false;
}

static const char *
canonical_path(const struct walk *walk)
{
  return walk->canonical->len > 0 ? walk->canonical->str : "/";
}

/* Go on with what a link says, and the rest behind that. */
static bool
follow(struct walk *walk, const char *target, GError **error)
{
  if (++walk->links > ROAD_LINKS_MAX || target[0] == '\0') {
    g_set_error_literal(error, ROAD_ERROR, ROAD_ERROR_LOOP, "too many links");
    return false;
  }
  g_string_erase(walk->rest, 0, (gssize)walk->at);
  g_string_prepend_c(walk->rest, '/');
  g_string_prepend(walk->rest, target);
  walk->at = 0;
  if (target[0] == '/')
    g_string_truncate(walk->canonical, 0);
  return walk->rest->len < 2 * ROAD_PATH_MAX || set_missing(error);
}

/* The directory that the next name is looked up in must be one. */
static bool
search(struct walk *walk, GError **error)
{
  const struct node *folder = look_up(walk->paths, canonical_path(walk));

  if (folder->error) {
    g_propagate_error(error, g_error_copy(folder->error));
    return false;
  }
  if (folder->stat.type != FILE_DIRECTORY)
    return set_missing(error);
  g_ptr_array_add(walk->searched, (gpointer)&folder->stat);
  return true;
}

static bool
step_down(struct walk *walk, const char *name, gsize length, GError **error)
{
  gsize parent = walk->canonical->len;

  if (length == 2 && memcmp(name, "..", 2) == 0) {
    const char *last = strrchr(walk->canonical->str, '/');
    g_string_truncate(walk->canonical, last ? (gsize)(last - walk->canonical->str) : 0);
    return true;
  }
  g_string_append_c(walk->canonical, '/');
  g_string_append_len(walk->canonical, name, (gssize)length);
  const struct node *node = look_up(walk->paths, walk->canonical->str);
  if (node->error) {
    g_propagate_error(error, g_error_copy(node->error));
    return false;
  }
  if (!node->link)
    return true;
  g_string_truncate(walk->canonical, parent);
  return follow(walk, node->link, error);
}

static bool
step(struct walk *walk, GError **error)
{
  const char *name = walk->rest->str + walk->at;
  gsize length = strcspn(name, "/");

  if (walk->paths->work_left == 0) {
    g_set_error_literal(error, ROAD_ERROR, ROAD_ERROR_UNREADABLE, "too many paths");
    return false;
  }
  walk->at += length;
  if (length == 0 || (length == 1 && name[0] == '.'))
    return true;
  return search(walk, error) && step_down(walk, name, length, error);
}

static bool
walk_all(struct walk *walk, GError **error)
{
  while (walk->at < walk->rest->len) {
    if (walk->rest->str[walk->at] == '/')
      walk->at++;
    else if (!step(walk, error))
      return false;
  }
  return true;
}

bool
real_path_find(struct real_paths *paths, const char *path, struct real_path *ret_found,
               GError **error)
{
  g_autoptr(GString) canonical = g_string_new(NULL);
  g_autoptr(GString) rest = g_string_new(path);
  g_autoptr(GPtrArray) searched = g_ptr_array_new();
  struct walk walk = {.paths = paths, .canonical = canonical, .rest = rest, .searched = searched};

  if (strlen(path) >= ROAD_PATH_MAX)
    return set_missing(error);
  if (!walk_all(&walk, error))
    return false;
  const struct node *node = look_up(paths, canonical_path(&walk));
  if (node->error) {
    g_propagate_error(error, g_error_copy(node->error));
    return false;
  }
  *ret_found =
      (struct real_path){g_strdup(canonical_path(&walk)), node->stat, g_steal_pointer(&searched)};
  return true;
}

void
real_path_clear(struct real_path *found)
{
  g_clear_pointer(&found->path, g_free);
  g_clear_pointer(&found->searched, g_ptr_array_unref);
}

const struct file_stat *
real_path_stat(struct real_paths *paths, const char *canonical)
{
  const struct node *node = look_up(paths, canonical);

  return node->error ? NULL : &node->stat;
}
