/* SPDX-License-Identifier: Apache-2.0 */
/* The road through the directory that is a container's root. */
#include "facts/image.h"
#include "guest/beneath.h"
#include "guest/directory.h"
#include "guest/reading.h"
#include "guest/recognise.h"
#include "guest/sandbox.h"

#include <string.h>

static void
set_unreadable(struct guest *guest, const char *what, const char *why)
{
  guest->status = g_strdup(IMAGE_UNREADABLE);
  guest->detail = g_strdup_printf("%s: %s", what, why);
}

/* There is no system, or it may be behind what could not be looked at. */
static void
set_rootless(struct guest *guest, struct road *road)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) names = road_list(road, "/etc", &error);

  if (!names && !g_error_matches(error, ROAD_ERROR, ROAD_ERROR_NOT_FOUND))
    set_unreadable(guest, "/etc", error->message);
  else
    guest->status = g_strdup(GUEST_NO_ROOT);
}

static void
note_mounts(struct root *root, char **mounts)
{
  g_autofree char *places = g_strjoinv(", ", mounts);
  g_autofree char *before = g_steal_pointer(&root->detail);

  root_add_mark(root, MARK_MOUNT_MISSING);
  root->detail = g_strdup_printf("%s%sthe host has mounted something at %s, which is not read",
                                 before ? before : "", before ? "; " : "", places);
}

static void
read_root(const struct reader_job *job, const struct idmap *map, char **mounts, struct guest *guest)
{
  g_autoptr(Road) road = directory_open(job->directory, map);
  g_autoptr(Root) root = root_new();

  if (!recognise_root(road, root)) {
    set_rootless(guest, road);
    return;
  }
  root->root = g_strdup("/");
  if (job->live)
    root_add_mark(root, MARK_LIVE);
  if (mounts[0])
    note_mounts(root, mounts);
  if (strcmp(root->status, GUEST_OK) == 0)
    reading_collect(road, root, guest);
  guest->status = g_strdup(GUEST_OK);
  g_ptr_array_add(guest->roots, g_steal_pointer(&root));
}

struct guest *
reading_rootfs(const struct reader_job *job)
{
  const struct sandbox sandbox = {SANDBOX_DIRECTORY, READER_SOCKET, job->directory};
  struct guest *guest = reading_guest_new(job);
  g_autoptr(Idmap) map = job->idmap ? idmap_parse(job->idmap) : NULL;
  g_auto(GStrv) mounts = beneath_mounts(job->directory);
  g_autoptr(GError) error = NULL;

  if (job->idmap && !map)
    set_unreadable(guest, "its idmap cannot be understood", job->idmap);
  else if (!sandbox_enter(&sandbox, &error))
    set_unreadable(guest, "it is only read inside a sandbox", error->message);
  else
    read_root(job, map, mounts, guest);
  reading_end(guest);
  return guest;
}
