/* SPDX-License-Identifier: Apache-2.0 */
/* Which file system is on a device. */
#include "guest/disk/fs.h"

#include "guest/disk/ext.h"
#include "guest/disk/magic.h"

static struct fs *
refuse(const struct magic *magic, GError **error)
{
  if (magic)
    g_set_error_literal(error, DISK_ERROR,
                        magic->encrypted ? DISK_ERROR_ENCRYPTED : DISK_ERROR_UNSUPPORTED_FILESYSTEM,
                        magic->name);
  else
    g_set_error_literal(error, DISK_ERROR, DISK_ERROR_NOT_FOUND, "no known file system");
  return NULL;
}

/*
 * Containers come first: formatting a partition anew may leave the superblock of the file system
 * that was there before, and it describes nothing that is still there.
 */
struct fs *
fs_open(struct device *device, GError **error)
{
  size_t length = (size_t)MIN(device->size, MAGIC_CONTAINER_HEAD);
  g_autofree guint8 *head = g_malloc(MAGIC_CONTAINER_HEAD);

  if (!device_read(device, head, length, 0, error))
    return NULL;
  const struct magic *container = magic_container(head, length);
  if (container)
    return refuse(container, error);
  if (ext_matches(head, length))
    return ext_open(device, error);

  length = (size_t)MIN(device->size, MAGIC_HEAD);
  head = g_realloc(head, MAGIC_HEAD);
  if (!device_read(device, head, length, 0, error))
    return NULL;
  return refuse(magic_find(device, head, length), error);
}

void
fs_free(struct fs *fs)
{
  if (fs)
    fs->ops->free(fs);
}
