/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an image of whatever format their magic claims. */
#include "hypervisor/image_format.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEAD ((guint64)512)
#define FAR  ((guint64)192 << 10) /* where VHDX keeps its tables */

struct memory {
  struct device device;
  const uint8_t *bytes;
  guint64 hole; /* zeros after the first HEAD bytes, so that small inputs reach far */
};

static uint8_t
byte_at(const struct memory *memory, guint64 offset)
{
  if (offset < HEAD)
    return memory->bytes[offset];
  return offset < HEAD + memory->hole ? 0 : memory->bytes[offset - memory->hole];
}

static bool
memory_read(struct device *device, void *buffer, size_t length, guint64 offset, GError **error)
{
  (void)error;
  for (size_t i = 0; i < length; i++)
    ((uint8_t *)buffer)[i] = byte_at((struct memory *)device, offset + i);
  return true;
}

static void
read_format(struct device *device, const struct image_format *format)
{
  g_autoptr(Image) image = image_new();
  struct image_source source = {device, -1};

  image->path = g_strdup("/fuzz");
  image->format = g_strdup(format->name);
  if (!format->read(&source, image, NULL))
    return;
  if (!image->status)
    image->status = g_strdup("ok");
  if (!shape_check(&image_shape, image, NULL))
    abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const struct device_ops ops = {memory_read, NULL};
  bool far = size >= HEAD && memcmp(data, "vhdxfile", 8) == 0;
  guint64 hole = far ? FAR - HEAD : 0;
  struct memory memory = {{&ops, size + hole}, data, hole};
  const struct image_format *probed = image_format_probe(&memory.device);
  const struct image_format *footer = image_format_match(&memory.device, "vpc");

  if (probed)
    read_format(&memory.device, probed);
  if (footer)
    read_format(&memory.device, footer);
  return 0;
}
