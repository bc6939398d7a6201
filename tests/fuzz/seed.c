/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A seed made of the input: the contents of its files, separated by RS (0x1e). What is read must
 * survive the strict reader of facts.
 */
#include "guest/cloud/seed.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

#define SEPARATOR '\x1e'

static const char *const names[] = {"meta-data",      "user-data",     "vendor-data",
                                    "network-config", "user-data.txt", "cloud-config.txt"};

struct memory {
  struct road road;
  const guint8 *data;
  size_t size;
};

/* The file of that number; false when the input ends before. */
static bool
find(const struct memory *memory, guint number, const guint8 **ret_at, gsize *ret_length)
{
  const guint8 *at = memory->data, *end = at + memory->size;

  for (; at; at++) {
    const guint8 *next = memchr(at, SEPARATOR, (gsize)(end - at));

    if (number-- == 0) {
      *ret_at = at;
      *ret_length = (gsize)((next ? next : end) - at);
      return true;
    }
    at = next;
    if (!at)
      break;
  }
  return false;
}

static GBytes *
memory_read_file(struct road *road, const char *path, gsize max, GError **error)
{
  const guint8 *at;
  gsize length;

  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    if (strcmp(path + 1, names[i]) == 0 && find((struct memory *)road, i, &at, &length))
      return g_bytes_new(at, MIN(length, max));
  g_set_error_literal(error, ROAD_ERROR, ROAD_ERROR_NOT_FOUND, "no such file");
  return NULL;
}

static void
check(struct seed *seed)
{
  g_autoptr(GError) error = NULL;

  if (!seed)
    return;
  g_autofree char *text = shape_to_text(&seed_shape, seed);
  json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
  g_autoptr(Seed) again = shape_from_json(&seed_shape, json, &error);
  json_decref(json);
  g_assert_no_error(error);
  g_assert(again->users->len == seed->users->len);
  g_assert(again->keys->len == seed->keys->len);
  seed_free(seed);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
  static const struct road_ops ops = {.read_file = memory_read_file};
  struct memory memory = {.road = {.ops = &ops}, .data = data, .size = size};

  if (size == 0)
    return 0;
  check(seed_read(&memory.road, "/", "volume sda"));
  check(seed_read_instance(&memory.road, "/", "instance vda1:/var/lib/cloud/instance"));
  return 0;
}
