/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What file systems without symbolic links have in common, whose directories are plain lists: one
 * walk over a directory answers what is in it, and where a name is.
 */
#pragma once

#include "guest/disk/fs.h"

/* Called with each entry of a directory but "." and ".."; returns whether to go on. */
typedef bool (*listed_found)(const char *name, guint64 inode, gpointer data);

/* The first member of such a file system. */
struct listed_fs {
  struct fs fs;
  bool ignore_case; /* of ASCII letters, when a name is looked up */
  bool (*walk)(struct listed_fs *fs, guint64 directory, listed_found found, gpointer data,
               GError **error);
};

/* Whether somebody could ask for it: not empty, no dots alone, no slash. */
bool listed_fs_is_name(const char *name);

/* For the table of such a file system: as in struct fs_ops. */
bool listed_fs_lookup(struct fs *fs, guint64 directory, const char *name, guint64 *ret_inode,
                      GError **error);
GPtrArray *listed_fs_list(struct fs *fs, guint64 directory, size_t max, GError **error);
GBytes *listed_fs_readlink(struct fs *fs, guint64 inode, GError **error); /* there are none */
