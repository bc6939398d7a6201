/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pages of an image that hold its tables, read as they are needed: looking up one cluster must
 * not cost a whole table.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define TABLE_PAGE_SIZE   4096
#define TABLE_CACHE_PAGES 16

struct table_page {
  guint64 number;  /* offset in the file, in pages */
  guint64 used_at; /* of the cache's clock; 0: holds nothing */
  guint8 *bytes;
};

struct table_cache {
  int fd; /* stays the caller's */
  guint64 file_size;
  guint64 clock; /* counts lookups */
  guint64 pages_read;
  struct table_page pages[TABLE_CACHE_PAGES];
};

/* An empty cache is all zeros but for `fd` and `file_size`. */
void table_cache_clear(struct table_cache *cache);

/*
 * The big-endian 64-bit entry at `offset` in the file, a multiple of 8. DISK_ERROR_CORRUPT when it
 * lies beyond the end.
 */
bool table_cache_entry(struct table_cache *cache, guint64 offset, guint64 *ret_entry,
                       GError **error);
