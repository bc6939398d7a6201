/* SPDX-License-Identifier: Apache-2.0 */
/* Directories of a FAT. An inode is where on the device the entry of a file is, in bytes. */
#pragma once

#include "guest/disk/fat_volume.h"
#include "guest/disk/listed_fs.h"

#define FAT_ROOT 0 /* the root directory has no entry */

struct fat_entry {
  bool is_directory;
  guint32 cluster; /* the first; 0: none */
  guint32 size;    /* bytes; 0 of a directory */
};

/* What an inode is. */
bool fat_directory_entry(const struct fat_volume *volume, guint64 inode,
                         struct fat_entry *ret_entry, GError **error);

/*
 * Walk over a directory by the long names of its entries, or the short ones where they have none
 * that holds; names that nobody could ask for are left out. With `label` (room for 12 bytes) also
 * the volume's label in a root directory, "" when there is none. DISK_ERROR_CORRUPT for a directory
 * that is longer than FAT allows.
 */
bool fat_directory_walk(const struct fat_volume *volume, guint64 directory, char *label,
                        listed_found found, gpointer data, GError **error);
