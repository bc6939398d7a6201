/* SPDX-License-Identifier: Apache-2.0 */
/* First a handle that opens nothing, then a look at it, then the file behind that very handle. */
#include "hypervisor/image_file.h"

#include "facts/image.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define PROC_PATH_MAX 32
#define READING       (O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)

static const struct {
  int number;
  const char *status;
} failures[] = {
    {ENOENT, IMAGE_MISSING},
    {ENOTDIR, IMAGE_MISSING},
    {EACCES, IMAGE_DENIED},
    {EPERM, IMAGE_DENIED},
};

static const char *
failure_status(int number)
{
  for (size_t i = 0; i < G_N_ELEMENTS(failures); i++)
    if (failures[i].number == number)
      return failures[i].status;
  return IMAGE_UNREADABLE;
}

static const char *
open_handle(int handle, struct stat *ret_stat, int *ret_fd)
{
  char path[PROC_PATH_MAX];

  if (fstat(handle, ret_stat) < 0)
    return failure_status(errno);
  if (!S_ISREG(ret_stat->st_mode) && !S_ISBLK(ret_stat->st_mode)) {
    errno = EINVAL;
    return IMAGE_NOT_REGULAR;
  }
  g_snprintf(path, sizeof(path), "/proc/self/fd/%d", handle);
  *ret_fd = open(path, READING | O_NOATIME);
  if (*ret_fd < 0 && errno == EPERM) /* only its owner may leave no trace */
    *ret_fd = open(path, READING);
  return *ret_fd < 0 ? failure_status(errno) : IMAGE_OK;
}

const char *
image_file_open(const char *path, struct stat *ret_stat, int *ret_fd)
{
  int handle = open(path, O_PATH | O_CLOEXEC);

  *ret_stat = (struct stat){0};
  *ret_fd = -1;
  if (handle < 0)
    return failure_status(errno);
  const char *status = open_handle(handle, ret_stat, ret_fd);
  int saved_errno = errno;
  close(handle);
  errno = saved_errno;
  return status;
}
