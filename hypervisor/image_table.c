/* SPDX-License-Identifier: Apache-2.0 */
/* Reading by what is declared. */
#include "hypervisor/image_table.h"

#include "hypervisor/backing_name.h"
#include "hypervisor/foreign_text.h"
#include "hypervisor/image_status.h"

#define FORMAT_NAME_MAX ((size_t)64)

static void
entry_free(gpointer data)
{
  struct image_entry *entry = data;

  image_free(entry->image);
  g_free(entry);
}

struct image_table *
image_table_new(const struct storage *storage, bool local)
{
  struct image_table *table = g_new(struct image_table, 1);

  *table = (struct image_table){
      .storage = storage,
      .known = known_storage_new(storage),
      .local = local,
      .entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, entry_free),
  };
  return table;
}

void
image_table_free(struct image_table *table)
{
  if (!table)
    return;
  g_hash_table_unref(table->entries);
  known_storage_free(table->known);
  g_free(table);
}

static struct image_entry *
entry_new(struct image_table *table, const char *path, const char *format)
{
  struct image_entry *entry = g_new0(struct image_entry, 1);
  const struct storage_volume *volume = storage_find(table->storage, path);

  entry->image = image_new();
  entry->image->path = g_strdup(path);
  entry->image->declared_format = format ? foreign_text_clean(format, FORMAT_NAME_MAX) : NULL;
  if (volume) {
    entry->image->pool = g_strdup(volume->pool);
    entry->image->volume = g_strdup(volume->name);
  }
  g_hash_table_insert(table->entries, g_strdup(path), entry);
  return entry;
}

/* By name alone: whether it may be opened is decided by whoever follows the chain. */
static void
find_backing_image(const struct image_table *table, struct image *image)
{
  g_autofree char *path = backing_name_resolve(image->backing_path, image->path, NULL);

  if (path)
    image->backing_image = backing_name_normalize(path, table->local);
}

static void
read_file(const struct image_table *table, struct image_entry *entry, struct image_belief belief)
{
  struct image *image = entry->image;

  if (table->local)
    image_read(image, belief, &entry->identity);
  else
    image_status_set(image, IMAGE_REMOTE, NULL);
  if (image->backing_path)
    find_backing_image(table, image);
}

/* Read an image that somebody declares to have a format, which may be NULL. */
static void
entry_read(const struct image_table *table, struct image_entry *entry)
{
  const struct declaration *declaration = known_storage_find(table->known, entry->image->path);

  read_file(table, entry,
            (struct image_belief){.encrypted = declaration && declaration->encrypted});
  if (declaration && declaration->other && image_status_is(entry->image, IMAGE_OK))
    image_status_set(entry->image, IMAGE_FORMAT_MISMATCH,
                     "declared as %s by one, and as %s by another", declaration->format,
                     declaration->other);
}

/* Give an image that was named without a format the one that has turned up. */
static void
entry_declare(const struct image_table *table, struct image_entry *entry, const char *format)
{
  struct image *image = entry->image;
  g_autoptr(Image) fresh = image_new();
  struct image unread = *fresh;

  unread.path = g_steal_pointer(&image->path);
  unread.pool = g_steal_pointer(&image->pool);
  unread.volume = g_steal_pointer(&image->volume);
  unread.declared_format = foreign_text_clean(format, FORMAT_NAME_MAX);
  *fresh = *image;
  *image = unread;
  entry_read(table, entry);
}

struct image_entry *
image_table_get(struct image_table *table, const char *path, const char *format)
{
  struct image_entry *entry = g_hash_table_lookup(table->entries, path);
  const struct declaration *declaration = known_storage_find(table->known, path);

  if (entry && (entry->image->declared_format || !format))
    return entry;
  if (entry) {
    entry_declare(table, entry, format);
    return entry;
  }
  entry = entry_new(table, path, declaration && declaration->format ? declaration->format : format);
  entry_read(table, entry);
  return entry;
}

struct image_entry *
image_table_find(const struct image_table *table, const char *path)
{
  return g_hash_table_lookup(table->entries, path);
}

void
image_table_add_orphan(struct image_table *table, const struct storage_volume *volume)
{
  struct image_entry *entry = entry_new(table, volume->path, NULL);
  struct image *image = entry->image;

  read_file(table, entry, (struct image_belief){.probe = true});
  if (image_status_is(image, IMAGE_NOT_REGULAR))
    g_hash_table_remove(table->entries, volume->path);
}
