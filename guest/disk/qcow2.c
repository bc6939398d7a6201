/* SPDX-License-Identifier: Apache-2.0 */
/* A qcow2 image as a device. */
#include "guest/disk/qcow2.h"

#include "guest/disk/descriptor.h"
#include "guest/disk/qcow2_inflater.h"
#include "guest/disk/qcow2_tables.h"

#include <string.h>

/* Nearly all headers end within their first page, extensions and all. */
#define HEADER_PAGE ((size_t)4096)

struct qcow2 {
  struct device device;
  int fd;
  guint64 file_size;
  guint8 compression;
  struct qcow2_tables tables;
  struct qcow2_inflater *inflater; /* NULL until the first compressed cluster */
  struct device *backing;          /* NULL when there is none */
};

static bool
read_data(struct qcow2 *image, const struct qcow2_run *run, guint8 *buffer, guint64 offset,
          GError **error)
{
  (void)offset;
  return descriptor_read_padded(image->fd, image->file_size, buffer, run->length, run->host, error);
}

static bool
read_zero(struct qcow2 *image, const struct qcow2_run *run, guint8 *buffer, guint64 offset,
          GError **error)
{
  (void)image, (void)offset, (void)error;
  memset(buffer, 0, run->length);
  return true;
}

/* What the backing image is too short for, or no backing image holds, is zeros. */
static bool
read_backing(struct qcow2 *image, const struct qcow2_run *run, guint8 *buffer, guint64 offset,
             GError **error)
{
  guint64 end = image->backing ? image->backing->size : 0;
  size_t inside = offset < end ? MIN(run->length, end - offset) : 0;

  if (inside > 0 && !device_read(image->backing, buffer, inside, offset, error))
    return false;
  memset(buffer + inside, 0, run->length - inside);
  return true;
}

static bool
read_compressed(struct qcow2 *image, const struct qcow2_run *run, guint8 *buffer, guint64 offset,
                GError **error)
{
  size_t cluster_size = (size_t)1 << image->tables.cluster_bits;

  if (!image->inflater)
    image->inflater = qcow2_inflater_new(cluster_size, image->compression);
  const guint8 *cluster =
      qcow2_inflater_cluster(image->inflater, image->fd, image->file_size, &run->cluster, error);
  if (!cluster)
    return false;
  memcpy(buffer, cluster + offset % cluster_size, run->length);
  return true;
}

static bool (*const readers[])(struct qcow2 *image, const struct qcow2_run *run, guint8 *buffer,
                               guint64 offset, GError **error) = {
    [QCOW2_UNALLOCATED] = read_backing,
    [QCOW2_ZERO] = read_zero,
    [QCOW2_DATA] = read_data,
    [QCOW2_COMPRESSED] = read_compressed,
};

static bool
qcow2_read(struct device *device, void *buffer, size_t length, guint64 offset, GError **error)
{
  struct qcow2 *image = (struct qcow2 *)device;
  guint8 *at = buffer;

  while (length > 0) {
    struct qcow2_run run;
    if (!qcow2_tables_run(&image->tables, offset, length, &run, error) ||
        !readers[run.kind](image, &run, at, offset, error))
      return false;
    at += run.length;
    offset += run.length;
    length -= run.length;
  }
  return true;
}

static void
qcow2_free(struct device *device)
{
  struct qcow2 *image = (struct qcow2 *)device;

  qcow2_inflater_free(image->inflater);
  qcow2_tables_clear(&image->tables);
  device_free(image->backing);
  g_free(image);
}

static bool
load_header_of(int fd, guint64 file_size, guint8 *bytes, size_t length,
               struct qcow2_header *ret_header, GError **error)
{
  length = MIN(length, file_size);
  return descriptor_read(fd, bytes, length, 0, error) &&
         qcow2_header_parse(bytes, length, file_size, ret_header, error);
}

static bool
load_header(int fd, guint64 file_size, struct qcow2_header *ret_header, GError **error)
{
  guint8 page[HEADER_PAGE];

  if (load_header_of(fd, file_size, page, sizeof(page), ret_header, NULL))
    return true;
  g_autofree guint8 *all = g_malloc(QCOW2_HEADER_MAX);
  return load_header_of(fd, file_size, all, QCOW2_HEADER_MAX, ret_header, error);
}

static bool
refuse(GError **error, enum disk_error code, const char *why)
{
  g_set_error(error, DISK_ERROR, (int)code, "qcow2 image: %s", why);
  return false;
}

/* Features without which an image cannot be read truly, the least known first. */
static const struct {
  guint64 bits;
  enum disk_error code;
  const char *why;
} refused_features[] = {
    {~QCOW2_INCOMPATIBLE_KNOWN, DISK_ERROR_UNKNOWN_FEATURE, "it has a feature that is not known"},
    {QCOW2_INCOMPATIBLE_CORRUPT, DISK_ERROR_CORRUPT, "it is marked as corrupt"},
    {QCOW2_INCOMPATIBLE_DATA_FILE, DISK_ERROR_EXTERNAL_DATA_FILE, "its data is in another file"},
};

static bool
check_support(const struct qcow2_header *header, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS(refused_features); i++)
    if (header->incompatible & refused_features[i].bits)
      return refuse(error, refused_features[i].code, refused_features[i].why);
  if (header->compression > 1)
    return refuse(error, DISK_ERROR_UNKNOWN_FEATURE, "its type of compression is not known");
  if (header->crypt_method != 0)
    return refuse(error, DISK_ERROR_ENCRYPTED, "it is encrypted");
  return true;
}

static bool
check_backing(const struct qcow2_header *header, const struct device *backing, GError **error)
{
  if (header->backing_path && !backing)
    return refuse(error, DISK_ERROR_BACKING_MISSING, "its backing image was not given");
  if (!header->backing_path && backing)
    return refuse(error, DISK_ERROR_CORRUPT, "a backing image was given, and it names none");
  return true;
}

struct device *
qcow2_open(int fd, struct device *backing, GError **error)
{
  static const struct device_ops ops = {qcow2_read, qcow2_free};
  g_autoptr(Device) own_backing = backing;
  g_auto(Qcow2Header) header = {0};
  guint64 file_size;

  if (!descriptor_size(fd, &file_size, error) || !load_header(fd, file_size, &header, error) ||
      !check_support(&header, error) || !check_backing(&header, backing, error))
    return NULL;
  struct qcow2 *image = g_new0(struct qcow2, 1);
  image->device = (struct device){&ops, header.virtual_size};
  image->fd = fd;
  image->file_size = file_size;
  image->compression = header.compression;
  image->backing = g_steal_pointer(&own_backing);
  qcow2_tables_init(&image->tables, fd, file_size, &header);
  return &image->device;
}
