/* SPDX-License-Identifier: Apache-2.0 */
/* The public face of image_table.h and image_chain.h. */
#include "hypervisor/images.h"

#include "hypervisor/backing_name.h"
#include "hypervisor/image_chain.h"
#include "hypervisor/image_status.h"
#include "hypervisor/image_table.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

struct images {
  struct image_table *table;
};

struct images *
images_new(const struct storage *storage, bool local)
{
  struct images *images = g_new(struct images, 1);

  images->table = image_table_new(storage, local);
  return images;
}

void
images_free(struct images *images)
{
  if (!images)
    return;
  image_table_free(images->table);
  g_free(images);
}

/* A backing image that the XML names is declared by it, and so known. */
static void
register_backing(struct image_table *table, const struct backing *backing)
{
  if (!image_chain_names_path(backing))
    return;
  g_autofree char *path = backing_name_normalize(backing->source, table->local);
  known_storage_declare(table->known, path, backing->format, false);
}

/* A folder with a disk is storage. CD-ROMs lie anywhere, in /dev the host's own disks do too. */
static bool
makes_folder_known(const struct disk *disk)
{
  struct stat file;

  return strcmp(disk->source_type, "file") == 0 && strcmp(disk->device, "disk") == 0 &&
         !g_str_has_prefix(disk->image_path, "/dev/") && stat(disk->image_path, &file) == 0 &&
         S_ISREG(file.st_mode);
}

void
images_register_disk(struct images *images, struct disk *disk)
{
  struct image_table *table = images->table;

  if (!disk->image_path && disk->pool && disk->volume)
    disk->image_path = g_strdup(storage_path(table->storage, disk->pool, disk->volume));
  if (!disk->image_path)
    return;
  g_autofree char *named = disk->image_path;
  disk->image_path = backing_name_normalize(named, table->local);
  known_storage_declare(table->known, disk->image_path, disk->declared_format,
                        disk->encrypted == 1);
  if (table->local && makes_folder_known(disk))
    known_storage_add_folder_of(table->known, disk->image_path);
  for (guint i = 0; i < disk->backing->len; i++)
    register_backing(table, disk->backing->pdata[i]);
}

/* An array of entries becomes one of their images. */
static void
show_images(GPtrArray *chain)
{
  for (guint i = 0; i < chain->len; i++)
    chain->pdata[i] = ((struct image_entry *)chain->pdata[i])->image;
}

GPtrArray *
images_chain(struct images *images, const struct disk *disk)
{
  if (!disk->image_path)
    return NULL;
  struct image_entry *top = image_table_get(images->table, disk->image_path, disk->declared_format);
  GPtrArray *chain = g_ptr_array_new();

  top->is_disk = true;
  g_ptr_array_add(chain, top);
  if (images->table->local)
    image_chain_follow_headers(images->table, chain);
  else
    image_chain_follow_definition(images->table, disk, chain);
  show_images(chain);
  return chain;
}

const char *
images_status(const struct image *top)
{
  return image_status_is(top, IMAGE_OK) && top->chain ? top->chain : top->status;
}

int
images_open(const struct images *images, const struct image *image, bool live)
{
  const struct image_entry *entry = image_table_find(images->table, image->path);

  if (!entry || !image_status_is(entry->image, IMAGE_OK)) {
    errno = EINVAL;
    return -1;
  }
  return image_read_again(entry->image, &entry->identity, live);
}

void
images_add_orphans(struct images *images)
{
  const GPtrArray *volumes = images->table->storage->volumes;

  for (guint i = 0; i < volumes->len; i++) {
    const struct storage_volume *volume = volumes->pdata[i];

    if (!image_table_find(images->table, volume->path))
      image_table_add_orphan(images->table, volume);
  }
}

static gint
compare_entries(gconstpointer a, gconstpointer b)
{
  const struct image_entry *const *first = a, *const *second = b;

  return strcmp((*first)->image->path, (*second)->image->path);
}

/* The entries, sorted by path. */
static GPtrArray *
sort_entries(const struct images *images)
{
  GPtrArray *sorted = g_ptr_array_new();
  GHashTableIter iter;
  gpointer entry;

  g_hash_table_iter_init(&iter, images->table->entries);
  while (g_hash_table_iter_next(&iter, NULL, &entry))
    g_ptr_array_add(sorted, entry);
  g_ptr_array_sort(sorted, compare_entries);
  return sorted;
}

void
images_foreach(const struct images *images, void (*emit)(const struct image *image, gpointer data),
               gpointer data)
{
  g_autoptr(GPtrArray) sorted = sort_entries(images);

  for (guint i = 0; i < sorted->len; i++)
    emit(((const struct image_entry *)sorted->pdata[i])->image, data);
}

/* The paths that images name as what backs them. */
static GHashTable *
backing_paths(const GPtrArray *entries)
{
  GHashTable *paths = g_hash_table_new(g_str_hash, g_str_equal);

  for (guint i = 0; i < entries->len; i++) {
    const struct image_entry *entry = entries->pdata[i];

    if (entry->image->backing_image)
      g_hash_table_add(paths, entry->image->backing_image);
  }
  return paths;
}

void
images_foreach_base(struct images *images, void (*found)(GPtrArray *chain, gpointer data),
                    gpointer data)
{
  g_autoptr(GPtrArray) sorted = sort_entries(images);
  g_autoptr(GHashTable) backing = backing_paths(sorted);

  for (guint i = 0; i < sorted->len; i++) {
    struct image_entry *entry = sorted->pdata[i];

    if (entry->is_disk || g_strcmp0(entry->image->chain, IMAGE_OK) != 0 ||
        !g_hash_table_contains(backing, entry->image->path))
      continue;
    GPtrArray *chain = g_ptr_array_new();
    g_ptr_array_add(chain, entry);
    image_chain_follow_headers(images->table, chain);
    show_images(chain);
    found(chain, data);
  }
}

void
images_set_content(struct images *images, const struct image *image, const char *status,
                   const char *machine_id, const char *machine_id_path)
{
  struct image *own = image_table_find(images->table, image->path)->image;

  own->content_status = g_strdup(status);
  own->machine_id = g_strdup(machine_id);
  own->machine_id_path = g_strdup(machine_id_path);
}
