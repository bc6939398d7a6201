/* SPDX-License-Identifier: Apache-2.0 */
/* A chain of images, opened from its base upwards. */
#include "guest/disk/chain.h"

#include "guest/disk/qcow2.h"
#include "guest/disk/raw.h"

static struct device *
open_raw(int fd, struct device *backing, GError **error)
{
  g_autoptr(Device) unused = backing;

  if (unused) {
    g_set_error(error, DISK_ERROR, DISK_ERROR_CORRUPT, "a raw image cannot have a backing image");
    return NULL;
  }
  return raw_open(fd, error);
}

/* The formats that can be read, and how: each takes over the backing device. */
static const struct {
  const char *name;
  struct device *(*open)(int fd, struct device *backing, GError **error);
} formats[] = {
    {"raw", open_raw},
    {"qcow2", qcow2_open},
};

static struct device *
open_layer(const struct layer *layer, struct device *backing, GError **error)
{
  g_autoptr(Device) unused = backing;

  for (guint i = 0; i < G_N_ELEMENTS(formats); i++)
    if (g_strcmp0(layer->format, formats[i].name) == 0)
      return formats[i].open(layer->fd, g_steal_pointer(&unused), error);
  g_set_error(error, DISK_ERROR, DISK_ERROR_UNSUPPORTED_FORMAT,
              "images of format %s cannot be read", layer->format ? layer->format : "(none)");
  return NULL;
}

struct device *
chain_open(const struct layer *layers, guint count, GError **error)
{
  struct device *device = NULL;

  g_assert(count > 0);
  for (guint i = count; i > 0; i--) {
    device = open_layer(&layers[i - 1], device, error);
    if (!device) {
      g_prefix_error(error, "image %u of the chain: ", i);
      return NULL;
    }
  }
  return device;
}
