/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Volumes that may be seeds of cloud-init. Input: the first bytes of a FAT, or those of an ISO 9660
 * from its first descriptor on; zeros follow. All names are asked for, and some that need not be
 * there.
 */
#include "guest/disk/fat.h"
#include "guest/disk/iso.h"
#include "guest/disk/tree.h"

#include <stdint.h>
#include <string.h>

#define DEVICE_SIZE ((guint64)64 << 20)
#define ISO_START   0x8000
#define READ_MAX    65536
#define DEPTH_MAX   4
#define NAMES_MAX   30

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct memory {
  struct device device;
  const uint8_t *bytes;
  size_t size;
  guint64 start; /* of the bytes on the device */
};

static bool
memory_read(struct device *device, void *buffer, size_t length, guint64 offset,
            G_GNUC_UNUSED GError **error)
{
  const struct memory *memory = (const struct memory *)device;
  guint64 from = MAX(offset, memory->start);
  guint64 to = MIN(offset + length, memory->start + memory->size);

  memset(buffer, 0, length);
  if (from < to)
    memcpy((uint8_t *)buffer + (from - offset), memory->bytes + (from - memory->start), to - from);
  return true;
}

static void
memory_free(G_GNUC_UNUSED struct device *device)
{
}

static void
read_file(struct road *road, const char *path)
{
  g_autoptr(GBytes) bytes = road_read_file(road, path, READ_MAX, NULL);

  g_assert(!bytes || g_bytes_get_size(bytes) <= READ_MAX);
}

static void
walk(struct road *road, const char *directory, guint depth)
{
  g_autoptr(GPtrArray) names = road_list(road, directory, NULL);

  for (guint i = 0; names && i < MIN(names->len, NAMES_MAX); i++) {
    g_autofree char *path = g_build_filename(directory, names->pdata[i], NULL);
    struct file_stat stat;

    g_assert(!strchr(names->pdata[i], '/'));
    if (strlen(path) >= ROAD_PATH_MAX || !road_stat(road, path, false, &stat, NULL))
      continue;
    if (stat.type == FILE_DIRECTORY && depth < DEPTH_MAX)
      walk(road, path, depth + 1);
    read_file(road, path);
  }
}

static void
go_through(struct fs *fs)
{
  static const char *const paths[] = {"/meta-data", "/user-data", "/vendor-data",
                                      "/network-config"};
  g_autoptr(Road) road = tree_new(fs);

  g_assert(g_utf8_validate(fs->label, -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS(paths); i++)
    read_file(road, paths[i]);
  walk(road, "/", 0);
}

static void
open_at(const uint8_t *data, size_t size, guint64 start,
        struct fs *(*open)(struct device *device, GError **error))
{
  static const struct device_ops ops = {memory_read, memory_free};
  struct memory memory = {{&ops, DEVICE_SIZE, 0}, data, size, start};
  g_autoptr(GError) error = NULL;
  g_autoptr(Fs) fs = open(&memory.device, &error);

  g_assert(!fs == !!error);
  if (fs)
    go_through(fs);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  open_at(data, size, 0, fat_open);
  open_at(data, size, ISO_START, iso_open);
  return 0;
}
