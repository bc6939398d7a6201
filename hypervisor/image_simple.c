/* SPDX-License-Identifier: Apache-2.0 */
/* Headers of fixed fields: QED, VDI, LUKS. */
#include "guest/disk/bytes.h"
#include "hypervisor/image_format.h"

#define BACKING_MAX 1023 /* bytes of a name; QED's and QEMU's limit */

/* QEMU docs/interop/qed_spec.rst; little-endian. */
#define QED_LENGTH        64
#define QED_BACKED        ((guint64)1 << 0)
#define QED_BACKED_BY_RAW ((guint64)1 << 2)

static bool
read_qed_backing(struct device *device, const guint8 *header, struct image *image, GError **error)
{
  guint64 features = bytes_le64(header + 16);
  guint32 offset = bytes_le32(header + 56);
  guint32 length = bytes_le32(header + 60);
  char name[BACKING_MAX];

  if (!(features & QED_BACKED))
    return true;
  if (length > BACKING_MAX)
    return image_format_fault(error, "qed", "the backing file name is too long");
  if (!device_read(device, name, length, offset, error))
    return false;
  image->backing_path = g_bytes_new(name, length);
  image->backing_format = g_strdup(features & QED_BACKED_BY_RAW ? "raw" : NULL);
  return true;
}

bool
image_qed_read(const struct image_source *source, struct image *image, GError **error)
{
  guint8 header[QED_LENGTH];

  if (!device_read(source->device, header, sizeof(header), 0, error))
    return false;
  image->cluster_size = bytes_le32(header + 4);
  return image_format_set_size(image, bytes_le64(header + 48), error) &&
         read_qed_backing(source->device, header, image, error);
}

/* VirtualBox's VDICore.h, version 1.1; little-endian. Parents are named by UUID only. */
#define VDI_LENGTH 400

bool
image_vdi_read(const struct image_source *source, struct image *image, GError **error)
{
  guint8 header[VDI_LENGTH];

  if (!device_read(source->device, header, sizeof(header), 0, error))
    return false;
  image->cluster_size = bytes_le32(header + 376);
  return image_format_set_size(image, bytes_le64(header + 368), error);
}

/*
 * LUKS1 on-disk format, section 2.1; big-endian. LUKS2 keeps its offsets in JSON, and may leave its
 * size to the device: it is left unknown.
 */
#define LUKS_LENGTH         112
#define LUKS_SECTOR         512
#define LUKS_PAYLOAD_OFFSET 104

bool
image_luks_read(const struct image_source *source, struct image *image, GError **error)
{
  guint8 header[LUKS_LENGTH];

  if (!device_read(source->device, header, sizeof(header), 0, error))
    return false;
  image->format_version = bytes_be16(header + 6);
  image->encryption = g_strdup("luks");
  if (image->format_version != 1)
    return true;
  guint64 payload = (guint64)bytes_be32(header + LUKS_PAYLOAD_OFFSET) * LUKS_SECTOR;
  if (payload > source->device->size)
    return image_format_fault(error, "luks", "the content lies beyond the end");
  return image_format_set_size(image, source->device->size - payload, error);
}
