/* SPDX-License-Identifier: Apache-2.0 */
/* A system by the files that every system has. */
#include "guest/recognise.h"

const char *const recognise_files[] = {
    "/etc/os-release", "/etc/machine-id",     "/etc/fstab", "/etc/passwd",
    "/etc/hostname",   "/usr/lib/os-release", NULL};

static bool
exists(struct road *road, const char *path, bool follow, enum file_type *ret_type)
{
  struct file_stat stat;

  if (!road_stat(road, path, follow, &stat, NULL))
    return false;
  *ret_type = stat.type;
  return true;
}

static bool
is_directory(struct road *road, const char *path)
{
  enum file_type type;

  return exists(road, path, true, &type) && type == FILE_DIRECTORY;
}

static bool
has_any(struct road *road, const char *const *paths)
{
  enum file_type type;

  for (; *paths; paths++)
    if (exists(road, *paths, false, &type))
      return true;
  return false;
}

bool
recognise_root(struct road *road, struct root *root)
{
  /* The /etc that counts is one of /ostree/deploy/OS/deploy/COMMIT/etc. */
  static const char *const stores[] = {"/ostree/deploy", "/ostree/repo", NULL};
  bool is_plain = is_directory(road, "/etc") && has_any(road, recognise_files);

  if (!is_plain && !has_any(road, stores))
    return false;
  root->status = g_strdup(is_plain ? GUEST_OK : GUEST_UNSUPPORTED_LAYOUT);
  if (!is_plain)
    root->detail = g_strdup("ostree keeps the /etc of each deployment below /ostree/deploy");
  return true;
}
