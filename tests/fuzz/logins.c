/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who can log in to a guest made of the input: its sshd_config, a file that this may include,
 * passwd, group, shadow, and one key file for everybody, separated by RS (0x1e). Whatever is found
 * must be facts, each row once.
 */
#include "guest/collect.h"

#include <stdint.h>
#include <string.h>

#define SEPARATOR '\x1e'

static const char *const paths[] = {
    "/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d/a.conf",
    "/etc/passwd",          "/etc/group",
    "/etc/shadow",          NULL, /* all others */
};

#define FILES G_N_ELEMENTS(paths)

struct memory {
  struct road road;
  const char *bytes[FILES]; /* NULL: there is no such file */
  gsize sizes[FILES];
};

static guint
find(const char *path)
{
  guint i = 0;

  while (paths[i] && strcmp(paths[i], path) != 0)
    i++;
  return i;
}

static bool
is_there(const struct memory *memory, const char *path, GError **error)
{
  if (memory->bytes[find(path)])
    return true;
  g_set_error_literal(error, ROAD_ERROR, ROAD_ERROR_NOT_FOUND, "no such file");
  return false;
}

static GBytes *
memory_read_file(struct road *road, const char *path, gsize max, GError **error)
{
  struct memory *memory = (struct memory *)road;
  guint file = find(path);

  return is_there(memory, path, error)
             ? g_bytes_new(memory->bytes[file], MIN(memory->sizes[file], max))
             : NULL;
}

/*
 * A name that ends in "keys" or is known is a file, one with an 'l' behind its last slash a link.
 */
static bool
memory_stat(struct road *road, const char *path, bool follow, struct file_stat *ret_stat,
            GError **error)
{
  const char *name = strrchr(path, '/') + 1;
  bool file = paths[find(path)] || g_str_has_suffix(name, "keys");

  if (file && !is_there((struct memory *)road, path, error))
    return false;
  *ret_stat = (struct file_stat){
      .type = file                      ? FILE_REGULAR
              : *name == 'l' && !follow ? FILE_LINK
                                        : FILE_DIRECTORY,
      .mode = strlen(path) % 5 ? 0755 : 0777,
      .uid = strlen(name) % 3 ? 0 : 1,
  };
  return true;
}

static GBytes *
memory_readlink(struct road *road, const char *path, GError **error)
{
  (void)road, (void)error;
  return g_bytes_new(path + 1, strlen(path) - 1);
}

static GPtrArray *
memory_list(struct road *road, const char *path, GError **error)
{
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

  (void)road, (void)path, (void)error;
  g_ptr_array_add(names, g_strdup("a.conf"));
  g_ptr_array_add(names, g_strdup("\xff.conf"));
  return names;
}

static void
memory_free(struct road *road)
{
  (void)road;
}

static void
fill(struct memory *memory, const char *bytes, gsize size)
{
  guint file = 0;

  memory->bytes[0] = bytes;
  for (gsize i = 0; i < size; i++) {
    if (bytes[i] == SEPARATOR && file + 1 < FILES)
      memory->bytes[++file] = bytes + i + 1;
    else
      memory->sizes[file]++;
  }
}

static void
assert_once(GHashTable *seen, const char *first, const char *second, const char *third)
{
  g_assert_true(g_hash_table_add(seen, g_strjoin("\n", first, second, third, NULL)));
}

/* What a ledger takes for the keys of its rows. */
static void
check_rows(const struct root *root)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < root->accounts->len; i++)
    assert_once(seen, ((struct account *)root->accounts->pdata[i])->name, NULL, NULL);
  g_hash_table_remove_all(seen);
  for (guint i = 0; i < root->authorized_keys->len; i++) {
    const struct authorized_key *key = root->authorized_keys->pdata[i];
    assert_once(seen, key->user, key->key_file, key->entry);
  }
  g_hash_table_remove_all(seen);
  for (guint i = 0; i < root->key_sources->len; i++) {
    const struct key_source *source = root->key_sources->pdata[i];
    assert_once(seen, source->user, source->source, NULL);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const struct road_ops ops = {memory_read_file, memory_stat, memory_readlink, memory_list,
                                      memory_free};
  struct memory memory = {.road = {.ops = &ops}};
  g_autoptr(Root) root = root_new();
  g_autoptr(GError) error = NULL;

  root->root = g_strdup("/");
  root->status = g_strdup(GUEST_OK);
  fill(&memory, (const char *)data, size);
  ssh_collect(&memory.road, root);
  g_assert_true(shape_check(&root_shape, root, &error));
  check_rows(root);
  return 0;
}
