/* SPDX-License-Identifier: Apache-2.0 */
/* Regular files, opened without waiting. */
#include "facts/small_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FILE, fclose)

static gpointer
refuse(GError **error, const char *why)
{
  g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, why);
  return NULL;
}

/* Never waits: a FIFO opens at once, and is then refused. */
static FILE *
open_at_once(const char *path, GError **error)
{
  int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
  const int fault = errno;

  if (file)
    return file;
  if (fd >= 0)
    close(fd);
  return refuse(error, g_strerror(fault));
}

GBytes *
small_file_read(const char *path, gsize max, struct stat *ret_status, GError **error)
{
  g_autoptr(FILE) file = open_at_once(path, error);
  struct stat status;

  if (!file)
    return NULL;
  if (fstat(fileno(file), &status) < 0)
    return refuse(error, g_strerror(errno));
  if (!S_ISREG(status.st_mode))
    return refuse(error, "it is no regular file");
  g_autofree char *bytes = g_malloc(max + 1);
  const gsize length = fread(bytes, 1, max + 1, file);
  if (ferror(file))
    return refuse(error, "an I/O error");
  if (length > max)
    return refuse(error, "it is too long");
  *ret_status = status;
  return g_bytes_new(bytes, length);
}
