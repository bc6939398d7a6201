/* SPDX-License-Identifier: Apache-2.0 */
/* Identities of volumes and disks. */
#include "guest/disk/volume_identity.h"

static void
add(struct root *root, const char *kind, const char *device, const char *value)
{
  if (!*value)
    return;
  g_autofree char *path = g_strconcat("/dev/", device, NULL);
  struct identity *identity = identity_new();
  identity->kind = g_strdup(kind);
  identity->path = g_utf8_make_valid(path, -1);
  identity->state = g_strdup(STATE_VALID);
  identity->value = g_strdup(value);
  g_ptr_array_add(root->identities, identity);
}

static void
add_all(const struct volumes *volumes, struct root *root)
{
  for (guint i = 0; i < volumes->disk_count; i++)
    add(root, IDENTITY_PARTITION_TABLE_ID, volumes->disks[i].target, volumes->table_ids[i]);
  for (guint i = 0; i < volumes->list->len; i++) {
    const struct volume *volume = volumes->list->pdata[i];

    if (volume->fs)
      add(root, IDENTITY_FILESYSTEM_UUID, volume->name, volume->fs->uuid);
  }
}

void
volume_identity_add(const struct volumes *volumes, GPtrArray *roots)
{
  for (guint i = 0; i < roots->len; i++)
    add_all(volumes, roots->pdata[i]);
}
