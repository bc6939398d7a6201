/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The images of one hypervisor by path, each read when it is first asked for. What a header names
 * as its backing image is resolved by name, and not opened.
 */
#pragma once

#include "facts/image.h"
#include "hypervisor/image_read.h"
#include "hypervisor/known_storage.h"

struct image_entry {
  struct image *image;
  struct image_identity identity;
  bool is_disk; /* the top image of a domain's disk */
};

struct image_table {
  const struct storage *storage;
  struct known_storage *known;
  bool local;          /* whether files are opened */
  GHashTable *entries; /* path -> struct image_entry */
};

/* `storage` stays the caller's. */
struct image_table *image_table_new(const struct storage *storage, bool local);
void image_table_free(struct image_table *table); /* NULL is fine */

/*
 * The image at a path that somebody declares to have `format`, which may be NULL; never NULL. What
 * domains declare about the path goes before. An image read before without a format is read again
 * with the first one that turns up; pointers to it stay good.
 */
struct image_entry *image_table_get(struct image_table *table, const char *path,
                                    const char *format);

/* The entry of a path, or NULL. */
struct image_entry *image_table_find(const struct image_table *table, const char *path);

/* The volume of a pool that nobody declares; left out when it is no file: pools list folders. */
void image_table_add_orphan(struct image_table *table, const struct storage_volume *volume);
