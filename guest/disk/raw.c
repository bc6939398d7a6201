/* SPDX-License-Identifier: Apache-2.0 */
/* A raw image: the bytes of the device are the bytes of the file. */
#include "guest/disk/raw.h"

#include "guest/disk/descriptor.h"

struct raw {
  struct device device;
  int fd;
};

static bool
raw_read(struct device *device, void *buffer, size_t length, guint64 offset, GError **error)
{
  struct raw *raw = (struct raw *)device;

  return descriptor_read(raw->fd, buffer, length, offset, error);
}

static void
raw_free(struct device *device)
{
  g_free(device);
}

struct device *
raw_open(int fd, GError **error)
{
  static const struct device_ops ops = {raw_read, raw_free};
  guint64 size;

  if (!descriptor_size(fd, &size, error))
    return NULL;
  struct raw *raw = g_new(struct raw, 1);
  *raw = (struct raw){.device = {&ops, size}, .fd = fd};
  return &raw->device;
}
