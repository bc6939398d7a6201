/* SPDX-License-Identifier: Apache-2.0 */
/* The open file below an image, by pread() and lseek() alone: a sandbox need allow no more. */
#include "guest/disk/descriptor.h"

#include "guest/disk/device.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

bool
descriptor_size(int fd, guint64 *ret_size, GError **error)
{
  /* Unlike fstat(), this tells the size of a block device too. */
  off_t size = lseek(fd, 0, SEEK_END);

  if (size < 0) {
    g_set_error(error, DISK_ERROR, DISK_ERROR_IO, "the size of the image cannot be told: %s",
                g_strerror(errno));
    return false;
  }
  *ret_size = (guint64)size;
  return true;
}

bool
descriptor_read(int fd, void *buffer, size_t length, guint64 offset, GError **error)
{
  guint8 *at = buffer;

  while (length > 0) {
    ssize_t count = pread(fd, at, length, (off_t)offset);

    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0) {
      g_set_error(error, DISK_ERROR, DISK_ERROR_IO,
                  "reading the image at %#" G_GINT64_MODIFIER "x: %s", offset,
                  count < 0 ? g_strerror(errno) : "the file ends before");
      return false;
    }
    at += count;
    offset += (guint64)count;
    length -= (size_t)count;
  }
  return true;
}

bool
descriptor_read_padded(int fd, guint64 file_size, void *buffer, size_t length, guint64 offset,
                       GError **error)
{
  size_t inside = offset < file_size ? MIN(length, file_size - offset) : 0;

  if (!descriptor_read(fd, buffer, inside, offset, error))
    return false;
  memset((guint8 *)buffer + inside, 0, length - inside);
  return true;
}
