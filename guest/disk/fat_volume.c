/* SPDX-License-Identifier: Apache-2.0 */
/* The boot sector of a FAT, and its table. */
#include "guest/disk/fat_volume.h"

#include "guest/disk/bytes.h"

#include <string.h>

#define BOOT_SECTOR_SIZE 512
#define LABEL_LENGTH     11
#define FIRST_CLUSTER    2
#define CLUSTERS_MAX_12  4084 /* more are FAT16; as Linux counts, fs/fat/inode.c */
#define ENTRY_SIZE       32

/* The numbers of a boot sector; sizes in sectors unless they say otherwise. */
struct boot {
  guint32 sector_size; /* bytes */
  guint32 cluster_size, reserved, table_count, root_entries, total, table_size, root_cluster;
  bool is_32;
};

static bool
fail(GError **error, enum disk_error code, const char *fault)
{
  g_set_error(error, DISK_ERROR, (gint)code, "FAT: %s", fault);
  return false;
}

static bool
is_power_of_two(guint32 number)
{
  return number > 0 && (number & (number - 1)) == 0;
}

static struct boot
read_boot(const guint8 *sector)
{
  struct boot boot = {
      .sector_size = bytes_le16(sector + 11),
      .cluster_size = sector[13],
      .reserved = bytes_le16(sector + 14),
      .table_count = sector[16],
      .root_entries = bytes_le16(sector + 17),
      .total = bytes_le16(sector + 19),
      .table_size = bytes_le16(sector + 22),
  };

  boot.is_32 = boot.table_size == 0;
  if (boot.total == 0)
    boot.total = bytes_le32(sector + 32);
  if (boot.is_32) {
    boot.table_size = bytes_le32(sector + 36);
    boot.root_cluster = bytes_le32(sector + 44);
  }
  return boot;
}

/* What every FAT has; anything else in a first sector is not one. */
static bool
is_plausible(const struct boot *boot, const guint8 *sector)
{
  return bytes_le16(sector + 510) == 0xaa55 && is_power_of_two(boot->sector_size) &&
         boot->sector_size >= 512 && boot->sector_size <= 4096 &&
         is_power_of_two(boot->cluster_size) && boot->reserved > 0 && boot->table_count > 0 &&
         boot->table_size > 0 && (sector[21] == 0xf0 || sector[21] >= 0xf8);
}

/* Lay the parts out one after the other: reserved, tables, root directory, clusters. */
static bool
lay_out(const struct boot *boot, struct fat_volume *volume, GError **error)
{
  guint64 size = boot->sector_size;
  guint64 tables = (guint64)boot->table_count * boot->table_size * size;

  volume->cluster_size = (guint32)(boot->cluster_size * size);
  volume->table_at = boot->reserved * size;
  volume->root_at = volume->table_at + tables;
  volume->root_size = boot->root_entries * ENTRY_SIZE;
  volume->root_cluster = boot->root_cluster;
  volume->data_at = volume->root_at + (volume->root_size + size - 1) / size * size;
  if (volume->data_at > boot->total * size || !device_covers(volume->device, volume->data_at, 0))
    return fail(error, DISK_ERROR_CORRUPT, "its parts do not fit into its size");
  return true;
}

static void
count_clusters(const struct boot *boot, struct fat_volume *volume)
{
  guint64 size = boot->sector_size;
  guint64 count = (boot->total * size - volume->data_at) / volume->cluster_size;

  volume->bits = boot->is_32 ? 32 : count > CLUSTERS_MAX_12 ? 16 : 12;
  guint64 entries = boot->table_size * size * 8 / volume->bits;
  volume->cluster_end = (guint32)MIN(MIN(count + FIRST_CLUSTER, entries), 0x0ffffff7);
}

static void
copy_label(const guint8 *sector, struct fat_volume *volume)
{
  memcpy(volume->label, sector + (volume->bits == 32 ? 71 : 43), LABEL_LENGTH);
  g_strchomp(volume->label);
}

bool
fat_volume_open(struct device *device, struct fat_volume *ret_volume, GError **error)
{
  guint8 sector[BOOT_SECTOR_SIZE];
  struct fat_volume volume = {.device = device};

  if (device->size < sizeof(sector))
    return fail(error, DISK_ERROR_UNSUPPORTED_FILESYSTEM, "no boot sector");
  if (!device_read(device, sector, sizeof(sector), 0, error))
    return false;
  struct boot boot = read_boot(sector);
  if (!is_plausible(&boot, sector))
    return fail(error, DISK_ERROR_UNSUPPORTED_FILESYSTEM, "no boot sector");
  if (!lay_out(&boot, &volume, error))
    return false;
  count_clusters(&boot, &volume);
  copy_label(sector, &volume);
  *ret_volume = volume;
  return true;
}

bool
fat_volume_has(const struct fat_volume *volume, guint32 cluster)
{
  return cluster >= FIRST_CLUSTER && cluster < volume->cluster_end;
}

guint64
fat_volume_cluster_at(const struct fat_volume *volume, guint32 cluster)
{
  return volume->data_at + (guint64)(cluster - FIRST_CLUSTER) * volume->cluster_size;
}

static bool
read_entry(const struct fat_volume *volume, guint32 cluster, guint32 *ret_entry, GError **error)
{
  guint64 offset = volume->table_at + (guint64)cluster * volume->bits / 8;
  guint8 bytes[4] = {0};

  if (!device_read(volume->device, bytes, volume->bits == 32 ? 4 : 2, offset, error))
    return false;
  *ret_entry = bytes_le32(bytes);
  if (volume->bits == 32)
    *ret_entry &= 0x0fffffff;
  if (volume->bits == 12) /* three bytes hold two entries */
    *ret_entry = cluster & 1 ? *ret_entry >> 4 : *ret_entry & 0xfff;
  return true;
}

bool
fat_volume_next(const struct fat_volume *volume, guint32 *cluster, GError **error)
{
  guint32 last = volume->bits == 32 ? 0x0ffffff8 : (1u << volume->bits) - 8;
  guint32 entry;

  if (!read_entry(volume, *cluster, &entry, error))
    return false;
  if (entry >= last)
    entry = 0;
  else if (!fat_volume_has(volume, entry))
    return fail(error, DISK_ERROR_CORRUPT, "a chain leaves the clusters");
  *cluster = entry;
  return true;
}
