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
  if (g_error_matches(error, ROAD_ERROR, ROAD_ERROR_LOOP))
    return STATE_DANGLING; /* links that only lead to each other lead nowhere, too */
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
  return STATE_DANGLING;
}

static const char *
read_file(struct road *road, struct identity *identity)
{
  g_autoptr(GError) error = NULL;

  identity->raw = road_read_file(road, identity->path, IDENTITY_RAW_MAX, &error);
  return identity->raw ? NULL : state_of_error(error);
}

static const char *
take(struct road *road, struct identity *identity, struct file_stat *ret_self)
{
  g_autoptr(GError) error = NULL;
  struct file_stat file;

  if (!road_stat(road, identity->path, false, ret_self, &error)) {
    bool cannot_tell = g_error_matches(error, ROAD_ERROR, ROAD_ERROR_UNSUPPORTED);

    return cannot_tell ? read_file(road, identity) : state_of_error(error);
  }
  file = *ret_self;
  if (file.type == FILE_LINK) {
    const char *broken = follow_link(road, identity, &file);

    if (broken)
      return broken;
  }
  identity->mode = file.mode;
  identity->modified_at = file.modified_at;
  return file.type == FILE_REGULAR ? read_file(road, identity) : STATE_NOT_REGULAR;
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
