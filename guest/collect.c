/* SPDX-License-Identifier: Apache-2.0 */
/* Taking a file that holds an identity, whatever is there in its place. */
#include "guest/collect.h"

static const char *
state_of_error(const GError *error)
{
  if (g_error_matches(error, ROAD_ERROR, ROAD_ERROR_NOT_FOUND))
    return STATE_MISSING;
  if (g_error_matches(error, ROAD_ERROR, ROAD_ERROR_NOT_REGULAR))
    return STATE_NOT_REGULAR;
  return STATE_UNREADABLE;
}

static GBytes *
cut(GBytes *bytes, gsize max)
{
  return g_bytes_new_from_bytes(bytes, 0, MIN(g_bytes_get_size(bytes), max));
}

/* Note where a link leads. NULL when that is somewhere, else the state of the link. */
static const char *
follow_link(struct road *road, struct identity *identity, struct file_stat *ret_target)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) target = road_readlink(road, identity->path, NULL);

  if (target)
    identity->link = cut(target, FIELD_TEXT_MAX);
  if (road_stat(road, identity->path, true, ret_target, &error))
    return NULL;
  if (g_error_matches(error, ROAD_ERROR, ROAD_ERROR_UNREADABLE))
    return STATE_UNREADABLE;
  return STATE_DANGLING; /* links that only lead to each other lead nowhere, too */
}

static const char *
read_file(struct road *road, struct identity *identity, const struct file_stat *stat)
{
  g_autoptr(GError) error = NULL;

  identity->mode = stat->mode;
  identity->modified_at = stat->modified_at;
  if (stat->type != FILE_REGULAR)
    return STATE_NOT_REGULAR;
  identity->raw = road_read_file(road, identity->path, IDENTITY_RAW_MAX, &error);
  return identity->raw ? NULL : state_of_error(error);
}

static const char *
take(struct road *road, struct identity *identity, struct file_stat *ret_self)
{
  g_autoptr(GError) error = NULL;
  struct file_stat file;

  if (!road_stat(road, identity->path, false, ret_self, &error))
    return state_of_error(error);
  file = *ret_self;
  if (file.type == FILE_LINK) {
    const char *broken = follow_link(road, identity, &file);

    if (broken)
      return broken;
  }
  return read_file(road, identity, &file);
}

struct identity *
collect_identity(struct road *road, struct root *root, const char *kind, const char *path,
                 struct file_stat *ret_self)
{
  struct identity *identity = identity_new();

  *ret_self = (struct file_stat){0};
  identity->kind = g_strdup(kind);
  identity->path = g_strdup(path);
  identity->state = g_strdup(take(road, identity, ret_self));
  g_ptr_array_add(root->identities, identity);
  return identity;
}
