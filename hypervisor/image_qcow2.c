/* SPDX-License-Identifier: Apache-2.0 */
/* qcow2 headers to facts; guest/disk/qcow2.h parses them. */
#include "guest/disk/qcow2.h"
#include "hypervisor/image_format.h"
#include "hypervisor/image_status.h"

#define FIRST_READ ((size_t)4096) /* nearly every header ends in it */

static bool
parse(struct device *device, guint8 *bytes, size_t length, struct qcow2_header *header,
      GError **error)
{
  return device_read(device, bytes, length, 0, error) &&
         qcow2_header_parse(bytes, length, device->size, header, error);
}

/* A header that seems to be cut off may just be longer than the first read. */
static bool
read_header(struct device *device, struct qcow2_header *header, GError **error)
{
  g_autofree guint8 *bytes = g_malloc(QCOW2_HEADER_MAX);
  size_t most = MIN(QCOW2_HEADER_MAX, device->size);
  size_t first = MIN(FIRST_READ, most);

  if (parse(device, bytes, first, header, first == most ? error : NULL))
    return true;
  return first < most && parse(device, bytes, most, header, error);
}

static void
take_header(struct image *image, const struct qcow2_header *header)
{
  static const char *const encryptions[] = {NULL, "aes", "luks"};

  image->format_version = header->version;
  image->cluster_size = (gint64)1 << header->cluster_bits;
  image->compression = g_strdup(header->compression == 1 ? "zstd" : "zlib");
  image->backing_path = header->backing_path ? g_bytes_ref(header->backing_path) : NULL;
  image->backing_format = g_strdup(header->backing_format);
  image->data_file = header->data_file_path ? g_bytes_ref(header->data_file_path) : NULL;
  if (header->crypt_method)
    image->encryption = g_strdup(header->crypt_method < G_N_ELEMENTS(encryptions)
                                     ? encryptions[header->crypt_method]
                                     : "unknown");
  image->dirty = (header->incompatible & QCOW2_INCOMPATIBLE_DIRTY) != 0;
  image->corrupt = (header->incompatible & QCOW2_INCOMPATIBLE_CORRUPT) != 0;
  image->extended_l2 = header->extended_l2;
  image->snapshots = header->snapshots;
}

/* A header that is well formed may still say that its content is nothing we can read. */
static void
refuse_content(struct image *image, const struct qcow2_header *header)
{
  const struct {
    bool applies;
    const char *status;
    const char *detail;
  } refusals[] = {
      {header->incompatible & ~QCOW2_INCOMPATIBLE_KNOWN, IMAGE_UNKNOWN_FEATURE,
       "incompatible features that nobody knows"},
      {header->crypt_method != 0, IMAGE_ENCRYPTED, "the content is encrypted"},
      {header->incompatible & QCOW2_INCOMPATIBLE_DATA_FILE, IMAGE_EXTERNAL_DATA_FILE,
       "the content is in another file"},
      {header->incompatible & QCOW2_INCOMPATIBLE_CORRUPT, IMAGE_CORRUPT,
       "QEMU marked the image as corrupt"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
    if (!refusals[i].applies)
      continue;
    image_status_set(image, refusals[i].status, "qcow2 header: %s", refusals[i].detail);
    return;
  }
}

/*
 * An overlay is thin: what it leaves out is below it. Of the others `preallocation=metadata` maps
 * every cluster without allocating any; falloc and full allocate all, and cannot be told apart.
 */
static void
find_provisioning(int fd, const struct qcow2_header *header, struct image *image)
{
  bool fully = false;

  if (!header->backing_path && !qcow2_is_fully_mapped(fd, header, &fully, NULL))
    return;
  if (!fully)
    image->provisioning = g_strdup("thin");
  else
    image->provisioning =
        g_strdup(image->allocated >= image->virtual_size ? "preallocated" : "metadata");
}

bool
image_qcow2_read(const struct image_source *source, struct image *image, GError **error)
{
  g_auto(Qcow2Header) header = {0};

  if (!read_header(source->device, &header, error) ||
      !image_format_set_size(image, header.virtual_size, error))
    return false;
  take_header(image, &header);
  refuse_content(image, &header);
  if (!image->status)
    find_provisioning(source->fd, &header, image);
  return true;
}
