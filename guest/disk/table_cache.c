/* SPDX-License-Identifier: Apache-2.0 */
/* The pages of an image that hold its tables; the page unused for longest makes room. */
#include "guest/disk/table_cache.h"

#include "guest/disk/bytes.h"
#include "guest/disk/descriptor.h"
#include "guest/disk/device.h"

void
table_cache_clear(struct table_cache *cache)
{
  for (guint i = 0; i < TABLE_CACHE_PAGES; i++)
    g_clear_pointer(&cache->pages[i].bytes, g_free);
}

/* The slot that holds a page, or else the one to put it into. */
static struct table_page *
find_slot(struct table_cache *cache, guint64 number)
{
  struct table_page *oldest = &cache->pages[0];

  for (guint i = 0; i < TABLE_CACHE_PAGES; i++) {
    struct table_page *page = &cache->pages[i];
    if (page->number == number && page->used_at > 0)
      return page;
    if (page->used_at < oldest->used_at)
      oldest = page;
  }
  return oldest;
}

static bool
load_page(struct table_cache *cache, struct table_page *page, guint64 number, GError **error)
{
  page->used_at = 0;
  if (!page->bytes)
    page->bytes = g_malloc(TABLE_PAGE_SIZE);
  /* The last page may end with the file. */
  if (!descriptor_read_padded(cache->fd, cache->file_size, page->bytes, TABLE_PAGE_SIZE,
                              number * TABLE_PAGE_SIZE, error))
    return false;
  page->number = number;
  cache->pages_read++;
  return true;
}

bool
table_cache_entry(struct table_cache *cache, guint64 offset, guint64 *ret_entry, GError **error)
{
  guint64 number = offset / TABLE_PAGE_SIZE;

  if (offset > cache->file_size || cache->file_size - offset < sizeof(*ret_entry)) {
    g_set_error(error, DISK_ERROR, DISK_ERROR_CORRUPT, "a table leaves the file");
    return false;
  }
  struct table_page *page = find_slot(cache, number);
  if ((page->number != number || page->used_at == 0) && !load_page(cache, page, number, error))
    return false;
  page->used_at = ++cache->clock;
  *ret_entry = bytes_be64(page->bytes + offset % TABLE_PAGE_SIZE);
  return true;
}
