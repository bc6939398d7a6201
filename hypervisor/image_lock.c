/* SPDX-License-Identifier: Apache-2.0 */
/* Asking for locks that are never taken: one of ours would stop a guest from being started. */
#include "hypervisor/image_lock.h"

#include <fcntl.h>
#include <glib.h>

/* A process that may do something to an image holds a shared lock on the byte for that. */
#define QEMU_PERMISSIONS 100
#define QEMU_WRITE       1
#define QEMU_RESIZE      3

static bool
is_locked(int fd, off_t byte)
{
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};

  return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

bool
image_lock_has_writer(int fd)
{
  static const off_t permissions[] = {QEMU_WRITE, QEMU_RESIZE};

  for (gsize i = 0; i < G_N_ELEMENTS(permissions); i++)
    if (is_locked(fd, QEMU_PERMISSIONS + permissions[i]))
      return true;
  return false;
}
