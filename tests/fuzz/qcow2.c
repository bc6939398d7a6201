/* SPDX-License-Identifier: Apache-2.0 */
/* A qcow2 image: its header, its mapping, and reads near every edge of its virtual disk. */
#include "guest/disk/qcow2.h"
#include "guest/disk/raw.h"

#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

#define READ_MAX ((size_t)65536)

static void
fuzz_mapping(int fd, const guint8 *data, size_t size)
{
  g_auto(Qcow2Header) header = {0};
  bool fully;

  if (qcow2_header_parse(data, MIN(size, QCOW2_HEADER_MAX), size, &header, NULL))
    qcow2_is_fully_mapped(fd, &header, &fully, NULL);
}

/* The image, or where it wants a backing image, the image on its own bytes. */
static struct device *
open_image(int fd)
{
  g_autoptr(GError) error = NULL;
  struct device *device = qcow2_open(fd, NULL, &error);

  if (g_error_matches(error, DISK_ERROR, DISK_ERROR_BACKING_MISSING))
    device = qcow2_open(fd, raw_open(fd, NULL), NULL);
  return device;
}

static void
read_at(struct device *device, guint64 offset)
{
  static guint8 buffer[READ_MAX];

  if (offset < device->size)
    device_read(device, buffer, MIN(READ_MAX, device->size - offset), offset, NULL);
}

static void
fuzz_reads(struct device *device)
{
  read_at(device, device->size - MIN(device->size, READ_MAX));
  read_at(device, device->size / 2);
  for (guint64 offset = 0; offset < 16 * READ_MAX; offset += READ_MAX)
    read_at(device, offset);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
  int fd = memfd_create("image", MFD_CLOEXEC);

  if (fd < 0 || write(fd, data, size) != (ssize_t)size)
    g_error("no file for the input");
  fuzz_mapping(fd, data, size);
  g_autoptr(Device) device = open_image(fd);
  if (device)
    fuzz_reads(device);
  close(fd);
  return 0;
}
