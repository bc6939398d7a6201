/* SPDX-License-Identifier: Apache-2.0 */
/* The table of formats, and finding a row by the bytes of a file. */
#include "hypervisor/image_format.h"

#include <string.h>

#define MAGIC_MAX    32
#define MAGIC_AT_MAX 64 /* of those at the start: VDI's */
#define MAGIC(text)  text, sizeof(text) - 1

const struct image_format image_formats[] = {
    {"qcow2", 0, MAGIC("QFI\xfb"), true, image_qcow2_read},
    {"qed", 0, MAGIC("QED\0"), false, image_qed_read},
    {"vmdk", 0, MAGIC("KDMV"), false, image_vmdk_read},
    {"vmdk", 0, MAGIC("COWD"), false, image_vmdk_read},
    {"vmdk", 0, MAGIC("# Disk DescriptorFile"), false, image_vmdk_read_text},
    {"vdi", MAGIC_AT_MAX, MAGIC("\x7f\x10\xda\xbe"), false, image_vdi_read},
    {"vhdx", 0, MAGIC("vhdxfile"), false, image_vhdx_read},
    {"vpc", 0, MAGIC("conectix"), false, image_vpc_read},
    {"vpc", -512, MAGIC("conectix"), false, image_vpc_read}, /* a fixed disk has but a footer */
    {"luks", 0, MAGIC("LUKS\xba\xbe"), false, image_luks_read},
    {0},
};

static bool
has_magic(const struct image_format *format, struct device *device)
{
  guint64 back = format->magic_at < 0 ? (guint64)-format->magic_at : 0;
  guint64 at = back ? device->size - back : (guint64)format->magic_at;
  char bytes[MAGIC_MAX];

  if (back > device->size || !device_covers(device, at, format->magic_length))
    return false;
  return device_read(device, bytes, format->magic_length, at, NULL) &&
         memcmp(bytes, format->magic, format->magic_length) == 0;
}

/* The magics at the start lie in one small read: a raw disk is asked for each of them. */
const struct image_format *
image_format_probe(struct device *device)
{
  guint8 head[MAGIC_AT_MAX + MAGIC_MAX] = {0};

  if (!device_read(device, head, MIN(sizeof(head), device->size), 0, NULL))
    return NULL;
  for (const struct image_format *format = image_formats; format->name; format++)
    if (format->magic_at >= 0 &&
        memcmp(head + format->magic_at, format->magic, format->magic_length) == 0)
      return format;
  return NULL;
}

const struct image_format *
image_format_match(struct device *device, const char *name)
{
  for (const struct image_format *format = image_formats; format->name; format++)
    if (strcmp(format->name, name) == 0 && has_magic(format, device))
      return format;
  return NULL;
}

bool
image_format_known(const char *name)
{
  for (const struct image_format *format = image_formats; format->name; format++)
    if (strcmp(format->name, name) == 0)
      return true;
  return false;
}

bool
image_format_fault(GError **error, const char *format, const char *fault)
{
  g_set_error(error, DISK_ERROR, DISK_ERROR_CORRUPT, "%s header: %s", format, fault);
  return false;
}

bool
image_format_set_size(struct image *image, guint64 size, GError **error)
{
  if (size > G_MAXINT64)
    return image_format_fault(error, image->format, "the virtual size is out of range");
  image->virtual_size = (gint64)size;
  return true;
}
