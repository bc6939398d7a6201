/* SPDX-License-Identifier: Apache-2.0 */
/* Paths of a tree: inside of guest/disk/tree.h, for its own two files. */
#pragma once

#include "guest/disk/tree.h"

/* A file of one of the file systems. */
struct tree_node {
  struct fs *fs; /* NULL: below a mount that cannot be read */
  guint64 inode;
  enum file_type type;
};

struct tree {
  struct road road;
  struct tree_node root;
  GPtrArray *mounts;       /* of struct mount */
  GPtrArray *file_systems; /* each once; its place is the device number of its files */
  GHashTable *known;       /* canonical path -> struct tree_node *: what was looked up before */
  GString *path, *way;     /* room for tree_path_resolve(), … */
  GArray *nodes;           /* … which is asked too often to make its own */
};

#define TREE_UNREADABLE "it is on a file system that cannot be read"

/*
 * The node that a path leads to; of a link at its end the link itself unless `follow`. With
 * `ret_path` also its canonical path: absolute, no links, no dots, "" for the root.
 * DISK_ERROR_NOT_FOUND, DISK_ERROR_LINK_LOOP, or the error of a file system on the way.
 */
bool tree_path_resolve(struct tree *tree, const char *path, bool follow, struct tree_node *ret_node,
                       char **ret_path, GError **error);

/* What is mounted at a canonical path; NULL when nothing is. */
const struct tree_node *tree_mounted(const struct tree *tree, const char *path);
