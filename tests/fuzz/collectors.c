/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All collectors over a guest made of the input: the contents of the files they read, separated by
 * RS (0x1e). A content that begins with GS (0x1d) is the target of a symbolic link. Whatever they
 * find must survive the strict reader of facts.
 */
#include "guest/collectors.h"

#include <stdint.h>
#include <string.h>

#define SEPARATOR '\x1e'
#define LINK_MARK '\x1d'

static const char *const paths[] = {
    "/etc/machine-id",
    "/var/lib/dbus/machine-id",
    "/etc/hostname",
    "/etc/os-release",
    "/usr/lib/os-release",
    "/etc/kernel/cmdline",
    "/etc/default/grub",
    "/boot/loader/entries/a.conf",
    "/boot/grub/grub.cfg",
    "/boot/grub2/grubenv",
    "/boot/extlinux/extlinux.conf",
    "/etc/cloud/cloud.cfg",
    "/var/lib/cloud/data/instance-id",
    "/var/lib/cloud/data/status.json",
};

#define FILES G_N_ELEMENTS(paths)

struct content {
  const char *bytes; /* NULL: there is no such file */
  gsize size;
};

struct memory {
  struct road road;
  struct content contents[FILES];
};

static bool
is_link(const struct content *content)
{
  return content->size > 0 && content->bytes[0] == LINK_MARK;
}

static const struct content *
find_path(struct memory *memory, const char *path, gsize length)
{
  for (guint i = 0; i < FILES; i++)
    if (strlen(paths[i]) == length && memcmp(paths[i], path, length) == 0)
      return memory->contents[i].bytes ? &memory->contents[i] : NULL;
  return NULL;
}

static const struct content *
find(struct road *road, const char *path, bool follow, GError **error)
{
  struct memory *memory = (struct memory *)road;
  const struct content *content = find_path(memory, path, strlen(path));

  for (guint links = 0; follow && content && is_link(content); links++) {
    if (links == ROAD_LINKS_MAX) {
      g_set_error_literal(error, ROAD_ERROR, ROAD_ERROR_LOOP, "too many links");
      return NULL;
    }
    content = find_path(memory, content->bytes + 1, content->size - 1);
  }
  if (!content)
    g_set_error_literal(error, ROAD_ERROR, ROAD_ERROR_NOT_FOUND, "no such file");
  return content;
}

static GBytes *
memory_read_file(struct road *road, const char *path, gsize max, GError **error)
{
  const struct content *content = find(road, path, true, error);

  return content ? g_bytes_new(content->bytes, MIN(content->size, max)) : NULL;
}

static bool
memory_stat(struct road *road, const char *path, bool follow, struct file_stat *ret_stat,
            GError **error)
{
  const struct content *content = find(road, path, follow, error);

  if (!content)
    return false;
  *ret_stat = (struct file_stat){
      .type = is_link(content) ? FILE_LINK : FILE_REGULAR,
      .link_count = (guint32)content->size,
      .size = content->size,
      .inode = content->size, /* files of one size are one file, with several names */
      .modified_at = -(gint64)content->size,
  };
  return true;
}

static GBytes *
memory_readlink(struct road *road, const char *path, GError **error)
{
  const struct content *content = find(road, path, false, error);

  if (!content)
    return NULL;
  g_assert_true(is_link(content));
  return g_bytes_new(content->bytes + 1, content->size - 1);
}

static GPtrArray *
memory_list(struct road *road, const char *path, GError **error)
{
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

  (void)road;
  (void)path;
  (void)error;
  g_ptr_array_add(names, g_strdup("\xff.conf"));
  g_ptr_array_add(names, g_strdup("a.conf"));
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
  for (guint i = 0; i < FILES && bytes; i++) {
    const char *end = memchr(bytes, SEPARATOR, size);
    gsize length = end ? (gsize)(end - bytes) : size;

    memory->contents[i] = (struct content){bytes, length};
    bytes = end ? end + 1 : NULL;
    size -= end ? length + 1 : length;
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
  collectors_run(&memory.road, root);
  g_autofree char *text = shape_to_text(&root_shape, root);
  json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
  g_autoptr(Root) again = shape_from_json(&root_shape, json, &error);
  json_decref(json);
  g_assert_no_error(error);
  g_assert_cmpuint(again->identities->len, ==, root->identities->len);
  return 0;
}
