/* SPDX-License-Identifier: Apache-2.0 */
/* What all devices share: bounds, errors and their status words, and parts of devices. */
#include "guest/disk/device.h"

#include "facts/guest.h"
#include "facts/image.h"

G_DEFINE_QUARK(disk_error, disk_error)

static const char *const status_words[] = {
    [DISK_ERROR_IO] = IMAGE_UNREADABLE,
    [DISK_ERROR_CORRUPT] = IMAGE_CORRUPT,
    [DISK_ERROR_ENCRYPTED] = IMAGE_ENCRYPTED,
    [DISK_ERROR_EXTERNAL_DATA_FILE] = IMAGE_EXTERNAL_DATA_FILE,
    [DISK_ERROR_UNKNOWN_FEATURE] = IMAGE_UNKNOWN_FEATURE,
    [DISK_ERROR_BACKING_MISSING] = IMAGE_BACKING_MISSING,
    [DISK_ERROR_UNSUPPORTED_FORMAT] = IMAGE_UNSUPPORTED_FORMAT,
    [DISK_ERROR_UNSUPPORTED_FILESYSTEM] = GUEST_UNSUPPORTED_FILESYSTEM,
    [DISK_ERROR_NOT_FOUND] = GUEST_NO_FILESYSTEM,
    [DISK_ERROR_NOT_DIRECTORY] = IMAGE_NOT_REGULAR,
    [DISK_ERROR_NOT_REGULAR] = IMAGE_NOT_REGULAR,
    [DISK_ERROR_NOT_LINK] = IMAGE_NOT_REGULAR,
    [DISK_ERROR_LINK_LOOP] = IMAGE_UNREADABLE,
};

const char *
disk_error_status(const GError *error)
{
  bool known = error->domain == DISK_ERROR && error->code >= 0 &&
               error->code < (int)G_N_ELEMENTS(status_words);

  return known ? status_words[error->code] : IMAGE_UNREADABLE;
}

bool
device_covers(const struct device *device, guint64 offset, guint64 length)
{
  return offset <= device->size && length <= device->size - offset;
}

bool
device_read(struct device *device, void *buffer, size_t length, guint64 offset, GError **error)
{
  if (!device_covers(device, offset, length)) {
    g_set_error(error, DISK_ERROR, DISK_ERROR_CORRUPT,
                "%zu bytes at %#" G_GINT64_MODIFIER "x leave a device of %" G_GUINT64_FORMAT
                " bytes",
                length, offset, device->size);
    return false;
  }
  return device->ops->read(device, buffer, length, offset, error);
}

void
device_free(struct device *device)
{
  if (device)
    device->ops->free(device);
}

/* A part of a device. */
struct slice {
  struct device device;
  struct device *parent;
  guint64 offset; /* of its first byte in the parent */
};

static bool
slice_read(struct device *device, void *buffer, size_t length, guint64 offset, GError **error)
{
  struct slice *slice = (struct slice *)device;

  return device_read(slice->parent, buffer, length, slice->offset + offset, error);
}

static void
slice_free(struct device *device)
{
  g_free(device);
}

struct device *
device_slice(struct device *parent, guint64 offset, guint64 length)
{
  static const struct device_ops ops = {slice_read, slice_free};
  struct slice *slice = g_new(struct slice, 1);
  guint64 start = MIN(offset, parent->size);

  *slice = (struct slice){
      .device = {&ops, MIN(length, parent->size - start)},
      .parent = parent,
      .offset = start,
  };
  return &slice->device;
}
