/* SPDX-License-Identifier: Apache-2.0 */
/* Declarations by path, and folders by their real names. */
#include "hypervisor/known_storage.h"

#include <stdlib.h>
#include <string.h>

struct known_storage {
  const struct storage *storage;
  GHashTable *declarations; /* path -> struct declaration */
  GHashTable *folders;      /* real paths */
  GHashTable *seen;         /* folders as they were named */
};

static void
declaration_free(gpointer data)
{
  struct declaration *declaration = data;

  g_free(declaration->format);
  g_free(declaration->other);
  g_free(declaration);
}

/* Takes the name over. */
static void
add_folder(struct known_storage *known, char *folder)
{
  if (!g_hash_table_add(known->seen, folder))
    return;
  char *real = realpath(folder, NULL);
  if (real)
    g_hash_table_add(known->folders, g_strdup(real));
  free(real);
}

struct known_storage *
known_storage_new(const struct storage *storage)
{
  struct known_storage *known = g_new(struct known_storage, 1);

  *known = (struct known_storage){
      .storage = storage,
      .declarations = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, declaration_free),
      .folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
      .seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
  };
  for (guint i = 0; i < storage->folders->len; i++)
    add_folder(known, g_strdup(storage->folders->pdata[i]));
  return known;
}

void
known_storage_free(struct known_storage *known)
{
  if (!known)
    return;
  g_hash_table_unref(known->declarations);
  g_hash_table_unref(known->folders);
  g_hash_table_unref(known->seen);
  g_free(known);
}

void
known_storage_declare(struct known_storage *known, const char *path, const char *format,
                      bool encrypted)
{
  struct declaration *declaration = g_hash_table_lookup(known->declarations, path);

  if (!declaration) {
    declaration = g_new0(struct declaration, 1);
    g_hash_table_insert(known->declarations, g_strdup(path), declaration);
  }
  declaration->encrypted |= encrypted;
  if (!format)
    return;
  if (!declaration->format)
    declaration->format = g_strdup(format);
  else if (!declaration->other && strcmp(declaration->format, format) != 0)
    declaration->other = g_strdup(format);
}

void
known_storage_add_folder_of(struct known_storage *known, const char *path)
{
  add_folder(known, g_path_get_dirname(path));
}

const struct declaration *
known_storage_find(const struct known_storage *known, const char *path)
{
  return g_hash_table_lookup(known->declarations, path);
}

bool
known_storage_has(const struct known_storage *known, const char *path)
{
  if (known_storage_find(known, path) || storage_find(known->storage, path))
    return true;
  g_autofree char *folder = g_path_get_dirname(path);
  char *real = realpath(folder, NULL);
  bool has = real && g_hash_table_contains(known->folders, real);
  free(real);
  return has;
}
