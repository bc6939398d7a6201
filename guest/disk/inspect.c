/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the roots of a domain. */
#include "guest/disk/inspect.h"

#include "guest/disk/mounts.h"
#include "guest/disk/tree.h"
#include "guest/disk/verdict.h"
#include "guest/disk/volume.h"
#include "guest/disk/volume_identity.h"
#include "guest/recognise.h"

#include <string.h>

/* As many as a fact may have; who has more is not a fleet's guest. */
#define ROOTS_MAX 64

/*
 * What keeps us from telling whether there is an /etc with anything in it: damage, and whatever
 * else is not simply absence. False when nothing does.
 */
static bool
is_damaged(struct fs *fs, GError **ret_why)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) names = NULL;
  struct file_stat stat;
  guint64 etc;

  if (fs->ops->lookup(fs, fs->root, "etc", &etc, &error) && fs->ops->stat(fs, etc, &stat, &error) &&
      stat.type == FILE_DIRECTORY)
    names = fs->ops->list(fs, etc, ROAD_LIST_MAX, &error);
  if (!error || g_error_matches(error, DISK_ERROR, DISK_ERROR_NOT_FOUND))
    return false;
  g_propagate_error(ret_why, g_steal_pointer(&error));
  return true;
}

static char *
non_empty(const char *text)
{
  return text[0] ? g_strdup(text) : NULL;
}

static struct root *
root_of(const struct volume *volume)
{
  struct root *root = root_new();

  root->root = g_utf8_make_valid(volume->name, -1);
  root->filesystem = g_strdup(volume->fs->type);
  root->fs_uuid = non_empty(volume->fs->uuid);
  root->fs_label = non_empty(volume->fs->label);
  root->marks = volume->fs->journal_dirty ? g_strdup(MARK_JOURNAL_DIRTY) : NULL;
  return root;
}

static void
inspect_volume(const struct volumes *volumes, struct volume *volume, struct guest *guest,
               const struct inspect_sink *sink)
{
  g_autoptr(Road) road = tree_new(volume->fs);
  g_autoptr(Root) candidate = root_of(volume);
  g_autoptr(GError) error = NULL;

  if (!recognise_root(road, candidate)) {
    if (is_damaged(volume->fs, &error))
      volume_fail(volume, error);
    return;
  }
  struct root *root = g_steal_pointer(&candidate);
  g_ptr_array_add(guest->roots, root);
  if (strcmp(root->status, GUEST_OK) != 0)
    return;
  mounts_apply(road, volumes, volume, root);
  sink->found(road, root, sink->data);
}

static void
offer_seeds(const GPtrArray *volumes, const struct inspect_sink *sink)
{
  for (guint i = 0; sink->seed && i < volumes->len; i++) {
    const struct volume *volume = volumes->pdata[i];
    g_autoptr(Road) road = volume->seed ? tree_new(volume->seed) : NULL;

    if (road)
      sink->seed(road, volume->name, sink->data);
  }
}

void
inspect_disks(const struct inspect_disk *disks, guint count, struct guest *guest,
              const struct inspect_sink *sink)
{
  g_autoptr(Volumes) volumes = volumes_open(disks, count);

  for (guint i = 0; i < volumes->list->len && guest->roots->len < ROOTS_MAX; i++) {
    struct volume *volume = volumes->list->pdata[i];

    if (volume->fs)
      inspect_volume(volumes, volume, guest, sink);
  }
  volume_identity_add(volumes, guest->roots);
  offer_seeds(volumes->list, sink);
  offer_seeds(volumes->removable, sink);
  verdict_reach(volumes, guest);
}
