/* SPDX-License-Identifier: Apache-2.0 */
/* Looking up and listing by one walk. */
#include "guest/disk/listed_fs.h"

#include <string.h>

bool
listed_fs_is_name(const char *name)
{
  return *name && !strchr(name, '/') && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

struct lookup {
  const char *name;
  bool ignore_case;
  bool found;
  guint64 inode;
};

static bool
lookup_found(const char *name, guint64 inode, gpointer data)
{
  struct lookup *lookup = data;
  int (*compare)(const char *a, const char *b) = lookup->ignore_case ? g_ascii_strcasecmp : strcmp;

  lookup->found = compare(name, lookup->name) == 0;
  lookup->inode = inode;
  return !lookup->found;
}

bool
listed_fs_lookup(struct fs *fs, guint64 directory, const char *name, guint64 *ret_inode,
                 GError **error)
{
  struct listed_fs *listed = (struct listed_fs *)fs;
  struct lookup lookup = {.name = name, .ignore_case = listed->ignore_case};

  if (!listed->walk(listed, directory, lookup_found, &lookup, error))
    return false;
  if (!lookup.found) {
    g_set_error_literal(error, DISK_ERROR, DISK_ERROR_NOT_FOUND, "no such file");
    return false;
  }
  *ret_inode = lookup.inode;
  return true;
}

struct listing {
  GPtrArray *names;
  size_t max;
};

static bool
listing_found(const char *name, G_GNUC_UNUSED guint64 inode, gpointer data)
{
  struct listing *listing = data;

  g_ptr_array_add(listing->names, g_strdup(name));
  return listing->names->len < listing->max;
}

GPtrArray *
listed_fs_list(struct fs *fs, guint64 directory, size_t max, GError **error)
{
  struct listed_fs *listed = (struct listed_fs *)fs;
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  struct listing listing = {names, max};

  return listed->walk(listed, directory, listing_found, &listing, error) ? g_steal_pointer(&names)
                                                                         : NULL;
}

GBytes *
listed_fs_readlink(G_GNUC_UNUSED struct fs *fs, guint64 inode, GError **error)
{
  g_set_error(error, DISK_ERROR, DISK_ERROR_NOT_LINK,
              "inode %" G_GUINT64_FORMAT " is no symbolic link", inode);
  return NULL;
}
