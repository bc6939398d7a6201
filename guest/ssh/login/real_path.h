/* SPDX-License-Identifier: Apache-2.0 */
/*
 * realpath(3) inside a guest, over its road: where a path ends once all links are followed, and
 * which directories had to be searched for it. What was learnt of a path is kept.
 */
#pragma once

#include "guest/road.h"

struct real_paths;
typedef struct real_paths RealPaths;

struct real_path {
  char *path; /* canonical: without links, "." and ".." */
  struct file_stat stat;
  GPtrArray *searched; /* const struct file_stat *, of `paths`: directories that names were looked
                          up in, one of them perhaps twice */
};

struct real_paths *real_paths_new(struct road *road);
void real_paths_free(struct real_paths *paths); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RealPaths, real_paths_free)

/*
 * Find an absolute path. False with a ROAD_ERROR: _UNSUPPORTED on a road that knows no links, and
 * _UNREADABLE once all paths together took more work than a guest is worth.
 */
bool real_path_find(struct real_paths *paths, const char *path, struct real_path *ret_found,
                    GError **error);
void real_path_clear(struct real_path *found);

/* The properties of a canonical path that was found before or lies above one; NULL otherwise. */
const struct file_stat *real_path_stat(struct real_paths *paths, const char *canonical);
