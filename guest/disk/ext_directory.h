/* SPDX-License-Identifier: Apache-2.0 */
/* The entries of a directory of an ext file system. */
#pragma once

#include "guest/disk/ext_volume.h"

/* Called with one entry; `name` has no NUL at its end. Returns whether to go on. */
typedef bool (*ext_entry_found)(const char *name, size_t length, guint32 inode, gpointer data);

/* Bytes of a directory that are looked through; a longer one is corrupt, or as good as. */
#define EXT_DIRECTORY_MAX ((guint64)16 << 20)

/*
 * Every entry of a directory but "." and "..", whether it is a list, a hashed tree, or kept in its
 * inode. DISK_ERROR_NOT_DIRECTORY for another inode, DISK_ERROR_ENCRYPTED for a directory whose
 * names are encrypted, DISK_ERROR_UNKNOWN_FEATURE for one whose names ignore case.
 */
bool ext_directory_walk(struct ext_volume *volume, struct ext_inode *directory,
                        ext_entry_found found, gpointer data, GError **error);
