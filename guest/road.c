/* SPDX-License-Identifier: Apache-2.0 */
/* What every road has in common: limits, order, and the way to the road's own functions. */
#include "guest/road.h"

#include <string.h>

G_DEFINE_QUARK(road_error, road_error)

/* Paths are made of names that the guest chose; one that is too long can name no file. */
static bool
check_path(const char *path, GError **error)
{
  g_assert(path[0] == '/');
  if (strlen(path) < ROAD_PATH_MAX)
    return true;
  g_set_error(error, ROAD_ERROR, ROAD_ERROR_NOT_FOUND, "a path of %zu bytes is too long",
              strlen(path));
  return false;
}

GBytes *
road_read_file(struct road *road, const char *path, gsize max, GError **error)
{
  g_assert(max < G_MAXSSIZE);
  if (!check_path(path, error))
    return NULL;
  /* One byte more than wanted tells a file that was cut from one that just fits. */
  g_autoptr(GBytes) bytes = road->ops->read_file(road, path, max + 1, error);
  if (!bytes || g_bytes_get_size(bytes) <= max)
    return g_steal_pointer(&bytes);
  road->truncated = true;
  return g_bytes_new_from_bytes(bytes, 0, max);
}

GBytes *
road_read_whole(struct road *road, const char *path, gsize max, bool *ret_is_cut, GError **error)
{
  bool was_truncated = road->truncated;

  road->truncated = false;
  GBytes *bytes = road_read_file(road, path, max, error);
  if (bytes)
    *ret_is_cut = road->truncated;
  road->truncated |= was_truncated;
  return bytes;
}

bool
road_stat(struct road *road, const char *path, bool follow, struct file_stat *ret_stat,
          GError **error)
{
  return check_path(path, error) && road->ops->stat(road, path, follow, ret_stat, error);
}

GBytes *
road_readlink(struct road *road, const char *path, GError **error)
{
  return check_path(path, error) ? road->ops->readlink(road, path, error) : NULL;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
road_list(struct road *road, const char *path, GError **error)
{
  GPtrArray *names = check_path(path, error) ? road->ops->list(road, path, error) : NULL;

  if (!names)
    return NULL;
  if (names->len > ROAD_LIST_MAX) {
    road->truncated = true;
    g_ptr_array_set_size(names, ROAD_LIST_MAX);
  }
  g_ptr_array_sort(names, compare_names);
  return names;
}

void
road_free(struct road *road)
{
  if (road)
    road->ops->free(road);
}
