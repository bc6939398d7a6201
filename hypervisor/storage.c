/* SPDX-License-Identifier: Apache-2.0 */
/* Reading pools and volumes, and finding them again. */
#include "hypervisor/storage.h"

#include "hypervisor/foreign_text.h"
#include "hypervisor/xml_document.h"
#include "hypervisor/xml_query.h"

#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

/* What a pool's XML says (https://libvirt.org/formatstorage.html). */
struct pool {
  char *name; /* libvirt's own copy, not freed here */
  char *type;
  char *target;
};

static const struct xml_rule pool_rules[] = {
    {"string(@type)", offsetof(struct pool, type)},
    {"string(target/path)", offsetof(struct pool, target)},
    {0},
};

/* Kinds of pools whose volumes are entries of their target directory; which of them hold files. */
static const struct pool_kind {
  const char *type;
  bool holds_files;
} directory_kinds[] = {
    {"dir", true}, {"fs", true}, {"netfs", true}, {"vstorage", true}, {"logical", false}};

/* What stays the same while the pools are read. */
struct reading {
  struct storage *storage;
  GPtrArray *notes;
  struct xml_query *query;
  bool local;
};

static void
volume_free(gpointer data)
{
  struct storage_volume *volume = data;

  g_free(volume->pool);
  g_free(volume->name);
  g_free(volume->path);
  g_free(volume);
}

/* A newline ends a pool's name in the key of by_name: libvirt forbids it in names. */
static char *
name_key(const char *pool, const char *volume)
{
  return g_strconcat(pool, "\n", volume, NULL);
}

struct storage *
storage_new(void)
{
  struct storage *storage = g_new(struct storage, 1);

  storage->volumes = g_ptr_array_new_with_free_func(volume_free);
  storage->folders = g_ptr_array_new_with_free_func(g_free);
  storage->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  return storage;
}

void
storage_free(struct storage *storage)
{
  if (!storage)
    return;
  g_hash_table_unref(storage->by_name);
  g_ptr_array_unref(storage->folders);
  g_ptr_array_unref(storage->volumes);
  g_free(storage);
}

static struct storage_volume *
volume_append(struct storage *storage, const char *pool, const char *name, const char *path)
{
  struct storage_volume *volume = g_new(struct storage_volume, 1);

  volume->pool = foreign_text_clean(pool, FIELD_TEXT_MAX);
  volume->name = foreign_text_clean(name, FIELD_TEXT_MAX);
  volume->path = g_strdup(path);
  g_ptr_array_add(storage->volumes, volume);
  g_hash_table_replace(storage->by_name, name_key(volume->pool, volume->name), volume);
  return volume;
}

static gint
compare_paths(gconstpointer a, gconstpointer b)
{
  const struct storage_volume *const *first = a, *const *second = b;

  return strcmp((*first)->path, (*second)->path);
}

void
storage_add(struct storage *storage, const char *pool, const char *name, const char *path)
{
  volume_append(storage, pool, name, path);
  g_ptr_array_sort(storage->volumes, compare_paths);
}

static void
add_note(const struct reading *reading, const char *pool, const char *what)
{
  struct note *note = note_new();
  g_autofree char *name = foreign_text_clean(pool, FOREIGN_MESSAGE_MAX);
  g_autofree char *message = connection_last_message();

  note->subject = g_strdup_printf("pool %s", name);
  note->text = g_strdup_printf("%s: %s", what, message);
  g_ptr_array_add(reading->notes, note);
}

static const struct pool_kind *
directory_kind(const struct pool *pool)
{
  for (size_t i = 0; pool->type && pool->target && i < G_N_ELEMENTS(directory_kinds); i++)
    if (strcmp(pool->type, directory_kinds[i].type) == 0)
      return &directory_kinds[i];
  return NULL;
}

/* The path of a volume as cheaply as its pool allows; new, NULL when it has none that is known. */
static char *
volume_path(const struct reading *reading, const struct pool *pool, virStorageVolPtr volume)
{
  const char *key = virStorageVolGetKey(volume);
  const char *name = virStorageVolGetName(volume);

  if (key && *key == '/')
    return g_strdup(key);
  if (directory_kind(pool) && name)
    return g_build_filename(pool->target, name, NULL);
  char *asked = reading->local ? virStorageVolGetPath(volume) : NULL;
  char *path = g_strdup(asked && *asked == '/' ? asked : NULL);
  free(asked);
  return path;
}

static void
read_volume(const struct reading *reading, const struct pool *pool, virStorageVolPtr volume)
{
  g_autofree char *path = volume_path(reading, pool, volume);
  const char *name = virStorageVolGetName(volume);

  if (path && name && strlen(path) <= FIELD_TEXT_MAX && g_utf8_validate(path, -1, NULL))
    volume_append(reading->storage, pool->name, name, path);
}

static void
read_volumes(const struct reading *reading, const struct pool *pool, virStoragePoolPtr handle)
{
  virStorageVolPtr *volumes = NULL;
  int count = virStoragePoolListAllVolumes(handle, &volumes, 0);

  if (count < 0) {
    add_note(reading, pool->name, "cannot list its volumes");
    return;
  }
  for (int i = 0; i < count; i++) {
    read_volume(reading, pool, volumes[i]);
    virStorageVolFree(volumes[i]);
  }
  free(volumes);
}

static bool
read_definition(const struct reading *reading, virStoragePoolPtr handle, struct pool *pool)
{
  char *xml = virStoragePoolGetXMLDesc(handle, 0);
  g_autoptr(xmlDoc) document = xml ? xml_document_parse(xml, strlen(xml), NULL) : NULL;

  free(xml);
  if (!document)
    return false;
  g_autoptr(XmlContext) context = xmlXPathNewContext(document);
  xml_query_fill(reading->query, context, xmlDocGetRootElement(document), pool);
  return true;
}

static void
read_pool(const struct reading *reading, virStoragePoolPtr handle)
{
  struct pool pool = {.name = (char *)virStoragePoolGetName(handle)};

  if (!pool.name || !read_definition(reading, handle, &pool)) {
    add_note(reading, pool.name ? pool.name : "?", "cannot read its definition");
    return;
  }
  const struct pool_kind *kind = directory_kind(&pool);
  if (kind && kind->holds_files)
    g_ptr_array_add(reading->storage->folders, g_strdup(pool.target));
  read_volumes(reading, &pool, handle);
  g_free(pool.type);
  g_free(pool.target);
}

static void
read_pools(const struct reading *reading, virConnectPtr connection)
{
  virStoragePoolPtr *pools = NULL;
  int count =
      virConnectListAllStoragePools(connection, &pools, VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE);

  if (count < 0) {
    if (virGetLastErrorCode() != VIR_ERR_NO_SUPPORT)
      add_note(reading, "(all)", "cannot list the storage pools");
    return;
  }
  for (int i = 0; i < count; i++) {
    read_pool(reading, pools[i]);
    virStoragePoolFree(pools[i]);
  }
  free(pools);
}

struct storage *
storage_read(virConnectPtr connection, GPtrArray *notes)
{
  g_autoptr(XmlQuery) query = xml_query_new(pool_rules);
  char *uri = virConnectGetURI(connection);
  struct reading reading = {
      .storage = storage_new(),
      .notes = notes,
      .query = query,
      .local = uri && connection_uri_is_local(uri),
  };

  free(uri);
  read_pools(&reading, connection);
  g_ptr_array_sort(reading.storage->volumes, compare_paths);
  return reading.storage;
}

const char *
storage_path(const struct storage *storage, const char *pool, const char *volume)
{
  g_autofree char *key = name_key(pool, volume);
  const struct storage_volume *found = g_hash_table_lookup(storage->by_name, key);

  return found ? found->path : NULL;
}

const struct storage_volume *
storage_find(const struct storage *storage, const char *path)
{
  struct storage_volume wanted = {.path = (char *)path};
  const struct storage_volume *key = &wanted;
  struct storage_volume **found =
      storage->volumes->len == 0 ? NULL
                                 : bsearch(&key, storage->volumes->pdata, storage->volumes->len,
                                           sizeof(gpointer), compare_paths);

  return found ? *found : NULL;
}
