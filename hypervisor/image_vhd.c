/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Microsoft's formats: VHD ("Virtual Hard Disk Image Format Specification" 1.0, big-endian; QEMU
 * calls it vpc) and VHDX ([MS-VHDX], little-endian).
 */
#include "guest/disk/bytes.h"
#include "hypervisor/image_format.h"

#include <string.h>

#define SECTOR 512

#define FOOTER_LENGTH     512
#define DYNAMIC_LENGTH    1024
#define DISK_DIFFERENCING 4
#define DISK_FIXED        2
/* Sectors; larger disks do not fit a geometry. */
#define GEOMETRY_MAX       ((guint64)65535 * 16 * 255)
#define PARENT_NAME_AT     64
#define PARENT_NAME_LENGTH 512

/* Who wrote the footer of a disk whose size is its geometry's; the others mean the size field. */
static const char *const geometry_creators[] = {"vpc ", "vs  ", "qemu"};

static guint64
vpc_size(const guint8 *footer)
{
  guint64 sectors = (guint64)bytes_be16(footer + 56) * footer[58] * footer[59];

  for (size_t i = 0; i < G_N_ELEMENTS(geometry_creators); i++)
    if (memcmp(footer + 28, geometry_creators[i], 4) == 0 && sectors < GEOMETRY_MAX)
      return sectors * SECTOR;
  return bytes_be64(footer + 48);
}

/* A differencing disk names its parent in UTF-16, ended by zeros. */
static void
take_parent(struct image *image, const guint8 *name)
{
  gsize length;
  g_autofree char *text =
      g_convert((const char *)name, PARENT_NAME_LENGTH, "UTF-8", "UTF-16BE", NULL, &length, NULL);

  if (text && *text)
    image->backing_path = octets_new(text);
}

bool
image_vpc_read(const struct image_source *source, struct image *image, GError **error)
{
  struct device *device = source->device;
  guint8 footer[FOOTER_LENGTH], dynamic[DYNAMIC_LENGTH];

  if (device->size < FOOTER_LENGTH)
    return image_format_fault(error, "vpc", "the file ends in it");
  if (!device_read(device, footer, sizeof(footer), device->size - FOOTER_LENGTH, error))
    return false;
  /* The copy at the start serves a dynamic disk whose end was cut off. */
  if (memcmp(footer, "conectix", 8) != 0 && !device_read(device, footer, sizeof(footer), 0, error))
    return false;
  if (!image_format_set_size(image, vpc_size(footer), error))
    return false;
  guint32 type = bytes_be32(footer + 60);
  if (type == DISK_FIXED)
    return true;
  if (!device_read(device, dynamic, sizeof(dynamic), bytes_be64(footer + 16), error))
    return false;
  image->cluster_size = bytes_be32(dynamic + 32);
  if (type == DISK_DIFFERENCING)
    take_parent(image, dynamic + PARENT_NAME_AT);
  return true;
}

#define REGION_TABLE_AT ((guint64)192 << 10)
#define TABLE_ENTRIES   64 /* that are looked at; [MS-VHDX] allows 2047, and defines two and six */
#define ENTRY_LENGTH    32
#define REGION_HEADER   16
#define METADATA_HEADER 32

/* GUIDs as they lie in the file. */
static const guint8 metadata_region[16] = {0x06, 0xa2, 0x7c, 0x8b, 0x90, 0x47, 0x9a, 0x4b,
                                           0xb8, 0xfe, 0x57, 0x5f, 0x05, 0x0f, 0x88, 0x6e};
static const guint8 virtual_disk_size[16] = {0x24, 0x42, 0xa5, 0x2f, 0x1b, 0xcd, 0x76, 0x48,
                                             0xb2, 0x11, 0x5d, 0xbe, 0xd8, 0x3b, 0xf4, 0xb8};
static const guint8 file_parameters[16] = {0x37, 0x67, 0xa1, 0xca, 0x36, 0xfa, 0x43, 0x4d,
                                           0xb3, 0xb6, 0x33, 0xf0, 0xaa, 0x44, 0xe7, 0x6b};

/* Copy the entry of a table that begins with a GUID; false when it cannot be found or read. */
static bool
find_entry(struct device *device, guint64 table, size_t header, const guint8 *guid, guint8 *entry)
{
  for (guint i = 0; i < TABLE_ENTRIES; i++) {
    if (!device_read(device, entry, ENTRY_LENGTH, table + header + i * ENTRY_LENGTH, NULL))
      return false;
    if (memcmp(entry, guid, 16) == 0)
      return true;
  }
  return false;
}

/* The number that the metadata keeps under a GUID. */
static bool
read_item(struct device *device, guint64 metadata, const guint8 *guid, guint8 *item, GError **error)
{
  guint8 entry[ENTRY_LENGTH];

  if (!find_entry(device, metadata, METADATA_HEADER, guid, entry))
    return image_format_fault(error, "vhdx", "a metadata item is missing");
  return device_read(device, item, 8, metadata + bytes_le32(entry + 16), error);
}

bool
image_vhdx_read(const struct image_source *source, struct image *image, GError **error)
{
  struct device *device = source->device;
  guint8 region[ENTRY_LENGTH], item[8];

  if (!find_entry(device, REGION_TABLE_AT, REGION_HEADER, metadata_region, region))
    return image_format_fault(error, "vhdx", "the metadata region is missing");
  guint64 metadata = bytes_le64(region + 16);
  if (!device_covers(device, metadata, METADATA_HEADER))
    return image_format_fault(error, "vhdx", "the metadata region leaves the file");
  if (!read_item(device, metadata, file_parameters, item, error))
    return false;
  image->cluster_size = bytes_le32(item);
  if (!read_item(device, metadata, virtual_disk_size, item, error))
    return false;
  return image_format_set_size(image, bytes_le64(item), error);
}
