/* SPDX-License-Identifier: Apache-2.0 */
/* openat2(2), which the C library does not have yet. */
#include "guest/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RESOLVE_ROUNDS 64 /* then a tree that is renamed all the time counts as unreadable */

int
beneath_open(int directory_fd, const char *path, guint64 flags)
{
  struct open_how how = {.flags = flags | O_CLOEXEC,
                         .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV};

  for (int round = 0; round < RESOLVE_ROUNDS; round++) {
    long fd = syscall(SYS_openat2, directory_fd, path, &how, sizeof(how));

    if (fd >= 0)
      return (int)fd;
    /* The kernel cannot vouch for a ".." while something is renamed, and says so. */
    if (errno != EAGAIN && errno != EINTR)
      break;
  }
  return -1;
}

static bool
is_mount(int directory_fd, const char *path)
{
  int fd = beneath_open(directory_fd, path, O_PATH);

  if (fd < 0)
    return errno == EXDEV;
  close(fd);
  return false;
}

static bool
is_below(const char *path, const char *folder)
{
  size_t length = strlen(folder);

  return strncmp(path, folder, length) == 0 && path[length] == '/';
}

char **
beneath_mounts(int directory_fd)
{
  static const char *const places[] = {
      "/boot",    "/etc", "/etc/hostname", "/etc/machine-id", "/usr",
      "/usr/lib", "/var", "/var/lib",      "/var/lib/dbus",
  };
  g_autoptr(GPtrArray) mounts = g_ptr_array_new();
  const char *last = NULL;

  for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
    if ((last && is_below(places[i], last)) || !is_mount(directory_fd, places[i]))
      continue;
    last = places[i];
    g_ptr_array_add(mounts, g_strdup(last));
  }
  g_ptr_array_add(mounts, NULL);
  return (char **)g_ptr_array_free(g_steal_pointer(&mounts), FALSE);
}
