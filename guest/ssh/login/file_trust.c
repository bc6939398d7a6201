/* SPDX-License-Identifier: Apache-2.0 */
/* Owners and modes of key files, and of what is above them. */
#include "guest/ssh/login/file_trust.h"

#include <string.h>

/* Permission bits of one class. */
#define MAY_READ   04u
#define MAY_SEARCH 01u

#define GROUP_WRITES 020u
#define OTHERS_WRITE 002u

/* As the kernel checks: the first class that the user is in decides. Root may do everything. */
static bool
may(const struct file_trust *trust, const struct file_stat *stat, guint32 permission)
{
  if (trust->account->uid == 0)
    return true;
  if (trust->account->uid == stat->uid)
    return stat->mode >> 6 & permission;
  if (g_hash_table_contains(trust->gids, GUINT_TO_POINTER(stat->gid)))
    return stat->mode >> 3 & permission;
  return stat->mode & permission;
}

bool
file_trust_can_read(const struct file_trust *trust, const struct real_path *file)
{
  for (guint i = 0; i < file->searched->len; i++)
    if (!may(trust, file->searched->pdata[i], MAY_SEARCH))
      return false;
  return may(trust, &file->stat, MAY_READ);
}

static bool
is_safe(const struct file_trust *trust, const struct file_stat *stat)
{
  if (stat->uid != 0 && stat->uid != trust->account->uid)
    return false;
  if (stat->mode & OTHERS_WRITE)
    return false;
  return !(stat->mode & GROUP_WRITES) ||
         (trust->private_groups_may &&
          accounts_group_is_private(trust->accounts, stat->gid, stat->uid, trust->account->uid));
}

/* Cut the last name off a canonical path; that of the root stays. */
static void
go_up(char *path)
{
  char *last = strrchr(path, '/');

  last[last == path ? 1 : 0] = '\0';
}

bool
file_trust_is_safe(const struct file_trust *trust, const struct real_path *file)
{
  g_autofree char *path = g_strdup(file->path);

  if (file->stat.type != FILE_REGULAR || !is_safe(trust, &file->stat))
    return false;
  do {
    go_up(path);
    const struct file_stat *folder = real_path_stat(trust->paths, path);
    if (!folder || !is_safe(trust, folder))
      return false;
  } while (g_strcmp0(path, trust->home) != 0 && strcmp(path, "/") != 0);
  return true;
}
