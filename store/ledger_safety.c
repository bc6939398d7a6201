/* SPDX-License-Identifier: Apache-2.0 */
/* Owner, mode, links and file system of a ledger and its folder. */
#include "store/ledger_safety.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static bool
refuse(const char *path, const char *why, GError **error)
{
  g_set_error(error, STORE_ERROR, STORE_ERROR_UNSAFE, "%s: %s", path, why);
  return false;
}

static bool
fail(const char *path, const char *what, GError **error)
{
  const int saved_errno = errno;
  enum store_error code = saved_errno == ENOENT ? STORE_ERROR_NOT_FOUND : STORE_ERROR_FULL;

  g_set_error(error, STORE_ERROR, code, "%s: %s: %s", path, what, g_strerror(saved_errno));
  return false;
}

static bool
is_owner_trusted(const struct stat *stat)
{
  return stat->st_uid == geteuid() || stat->st_uid == 0;
}

static bool
may_others_write(const struct stat *stat)
{
  return stat->st_mode & (S_IWGRP | S_IWOTH);
}

/* f_type of the file systems that other machines write, too. linux/magic.h lacks some of them. */
static const guint32 network_file_systems[] = {
    NFS_SUPER_MAGIC,  SMB_SUPER_MAGIC,       AFS_SUPER_MAGIC,
    CODA_SUPER_MAGIC, 0xff534d42 /* CIFS */, 0xfe534d42 /* SMB2 */,
};

static bool
is_on_network(const char *folder)
{
  struct statfs system;

  if (statfs(folder, &system) < 0)
    return false;
  for (size_t i = 0; i < G_N_ELEMENTS(network_file_systems); i++)
    if ((guint32)system.f_type == network_file_systems[i])
      return true;
  return false;
}

static bool
check_folder(const char *folder, GError **error)
{
  struct stat stat_;

  if (stat(folder, &stat_) < 0)
    return fail(folder, "cannot look at the ledger's folder", error);
  if (!is_owner_trusted(&stat_))
    return refuse(folder, "the ledger's folder belongs to somebody else", error);
  if (may_others_write(&stat_))
    return refuse(folder, "others may write in the ledger's folder; run chmod go-w on it", error);
  if (is_on_network(folder))
    return refuse(folder, "a ledger cannot be on a network file system: its locks are not safe",
                  error);
  return true;
}

static bool
refuse_file(const char *path, const char *what, const char *why, GError **error)
{
  g_set_error(error, STORE_ERROR, STORE_ERROR_UNSAFE, "%s: the %s %s", path, what, why);
  return false;
}

bool
ledger_safety_check(const char *path, const char *what, const struct stat *stat, GError **error)
{
  if (S_ISLNK(stat->st_mode))
    return refuse_file(path, what, "is a symbolic link; name the file itself", error);
  if (!S_ISREG(stat->st_mode))
    return refuse_file(path, what, "is not a regular file", error);
  if (stat->st_nlink != 1)
    return refuse_file(path, what, "has a second name (hard link)", error);
  if (!is_owner_trusted(stat))
    return refuse_file(path, what, "belongs to somebody else", error);
  if (may_others_write(stat))
    return refuse_file(path, what, "may be written by others; run chmod go-w on it", error);
  return true;
}

static bool
check_file(const char *path, GError **error)
{
  struct stat stat_;

  if (lstat(path, &stat_) < 0)
    return fail(path, "cannot look at the ledger", error);
  return ledger_safety_check(path, "ledger", &stat_, error);
}

bool
ledger_safety_sync_folder(const char *folder, GError **error)
{
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool synced = fd >= 0 && fsync(fd) == 0;

  if (!synced)
    fail(folder, "cannot write the ledger's folder to disk", error);
  if (fd >= 0)
    close(fd);
  return synced;
}

/* Somebody may make the same ledger at the same time: then theirs is as good as ours. */
static bool
make_file(const char *path, const char *folder, GError **error)
{
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd < 0)
    return errno == EEXIST || fail(path, "cannot make the ledger", error);
  bool synced = fsync(fd) == 0;
  if (!synced)
    fail(path, "cannot write the ledger to disk", error);
  close(fd);
  return synced && ledger_safety_sync_folder(folder, error);
}

static bool
make_folder(const char *folder, GError **error)
{
  return g_mkdir_with_parents(folder, 0700) == 0 ||
         fail(folder, "cannot make the ledger's folder", error);
}

char *
ledger_safety_resolve(const char *path, enum ledger_mode mode, GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename(path, NULL);
  g_autofree char *name = g_path_get_basename(absolute);
  g_autofree char *given = g_path_get_dirname(absolute);

  if (mode == LEDGER_WRITE && !make_folder(given, error))
    return NULL;
  g_autofree char *folder = realpath(given, NULL);
  if (!folder) {
    fail(given, "cannot find the ledger's folder", error);
    return NULL;
  }
  if (!check_folder(folder, error))
    return NULL;
  g_autofree char *resolved = g_build_filename(folder, name, NULL);
  if (mode == LEDGER_WRITE && access(resolved, F_OK) < 0 && !make_file(resolved, folder, error))
    return NULL;
  return check_file(resolved, error) ? g_steal_pointer(&resolved) : NULL;
}
