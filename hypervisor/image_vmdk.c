/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VMDK (VMware, "Virtual Disk Format 5.0"): a binary extent with a text descriptor in it, an older
 * one without, or a text descriptor that names its extents. Little-endian.
 */
#include "guest/disk/bytes.h"
#include "hypervisor/image_format.h"

#include <string.h>

#define SECTOR         512
#define HEADER_LENGTH  64
#define DESCRIPTOR_MAX 20480 /* bytes that are looked at */
#define PARENT_KEY     "parentFileNameHint="

/* The name in quotes after `parentFileNameHint=`. */
static void
take_parent(struct image *image, const char *line)
{
  const char *start = line + strlen(PARENT_KEY);

  if (*start != '"')
    return;
  const char *end = strchr(start + 1, '"');
  gsize length = end ? (gsize)(end - start - 1) : 0;
  if (length > 0 && length <= FIELD_TEXT_MAX && !image->backing_path)
    image->backing_path = g_bytes_new(start + 1, length);
}

/* Sectors of an extent's line, `RW 4192256 SPARSE "name.vmdk"`; 0 for any other line. */
static guint64
extent_sectors(const char *line)
{
  static const char *const accesses[] = {"RW ", "RDONLY ", "NOACCESS "};

  for (size_t i = 0; i < G_N_ELEMENTS(accesses); i++)
    if (g_str_has_prefix(line, accesses[i]))
      return MIN(g_ascii_strtoull(line + strlen(accesses[i]), NULL, 10), G_MAXINT64 / SECTOR);
  return 0;
}

/* The parent and the sum of the extents that a descriptor names. */
static bool
read_descriptor(struct device *device, guint64 offset, guint64 length, struct image *image,
                guint64 *ret_sectors, GError **error)
{
  g_autofree char *text = g_malloc0(DESCRIPTOR_MAX + 1);
  guint64 sectors = 0;

  if (!device_read(device, text, MIN(length, DESCRIPTOR_MAX), offset, error))
    return false;
  g_auto(GStrv) lines = g_strsplit_set(text, "\r\n", -1);
  for (char **line = lines; *line; line++) {
    sectors = MIN(sectors + extent_sectors(*line), G_MAXINT64 / SECTOR);
    if (g_str_has_prefix(*line, PARENT_KEY))
      take_parent(image, *line);
  }
  *ret_sectors = sectors;
  return true;
}

/* The size of a descriptor on its own is that of its extents, which are not looked at. */
bool
image_vmdk_read_text(const struct image_source *source, struct image *image, GError **error)
{
  guint64 sectors;

  return read_descriptor(source->device, 0, source->device->size, image, &sectors, error) &&
         image_format_set_size(image, sectors * SECTOR, error);
}

static bool
set_sectors(struct image *image, guint64 sectors, GError **error)
{
  if (sectors > G_MAXINT64 / SECTOR)
    return image_format_fault(error, "vmdk", "the virtual size is out of range");
  return image_format_set_size(image, sectors * SECTOR, error);
}

bool
image_vmdk_read(const struct image_source *source, struct image *image, GError **error)
{
  guint8 header[HEADER_LENGTH];
  guint64 ignored;

  if (!device_read(source->device, header, sizeof(header), 0, error))
    return false;
  image->format_version = bytes_le32(header + 4);
  if (memcmp(header, "COWD", 4) == 0)
    return set_sectors(image, bytes_le32(header + 12), error);
  guint64 offset = bytes_le64(header + 28);
  guint64 length = bytes_le64(header + 36);
  if (offset > G_MAXINT64 / SECTOR || length > G_MAXINT64 / SECTOR)
    return image_format_fault(error, "vmdk", "the descriptor lies beyond any file");
  if (!set_sectors(image, bytes_le64(header + 12), error))
    return false;
  return length == 0 ||
         read_descriptor(source->device, offset * SECTOR, length * SECTOR, image, &ignored, error);
}
