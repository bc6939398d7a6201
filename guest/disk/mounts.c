/* SPDX-License-Identifier: Apache-2.0 */
/* Mounting what fstab says. */
#include "guest/disk/mounts.h"

#include "guest/disk/fstab.h"

#include <string.h>

#define DETAIL_MAX 1000

/* Whether identities, or what overrides them, may be kept at or below a mount point. */
static bool
matters(const struct fstab_entry *entry)
{
  static const char *const places[] = {"/usr", "/var", "/etc", "/boot"};

  /* Every other guest has its EFI system partition at /boot/efi: a boot loader, no identity. */
  if (strcmp(entry->type, "vfat") == 0 || strcmp(entry->type, "msdos") == 0)
    return false;
  if (strcmp(entry->mount_point, "/") == 0)
    return true;
  for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
    size_t length = strlen(places[i]);

    if (strncmp(entry->mount_point, places[i], length) == 0 &&
        (entry->mount_point[length] == '\0' || entry->mount_point[length] == '/'))
      return true;
  }
  return false;
}

static void
add_detail(struct root *facts, const char *text)
{
  char *longer = facts->detail ? g_strconcat(facts->detail, "; ", text, NULL) : g_strdup(text);

  g_free(facts->detail);
  facts->detail = longer;
}

static void
note_missing(struct root *facts, const struct fstab_entry *entry, const struct volume *volume)
{
  const char *why = volume && volume->message ? volume->message : "on none of the disks";
  g_autofree char *text = g_strdup_printf("%s (%s): %s", entry->mount_point, entry->source, why);
  g_autofree char *valid = g_utf8_make_valid(text, -1);

  root_add_mark(facts, MARK_MOUNT_MISSING);
  if ((facts->detail ? strlen(facts->detail) : 0) + strlen(valid) < DETAIL_MAX)
    add_detail(facts, valid);
}

/*
 * Whether the file system of an entry is in its place. The root already is, whatever its own fstab
 * calls it; there the question is only whether that name leads anywhere.
 */
static bool
mount(struct road *tree, const struct fstab_entry *entry, const struct volume *volume)
{
  if (entry->bind)
    return tree_bind(tree, entry->source, entry->mount_point, NULL);
  if (!volume || !volume->fs)
    return false;
  if (strcmp(entry->mount_point, "/") != 0)
    tree_mount(tree, entry->mount_point, volume->fs);
  return true;
}

static void
apply(struct road *tree, const struct volumes *volumes, const struct volume *root,
      const struct fstab_entry *entry, struct root *facts)
{
  const struct volume *volume = volumes_find(volumes, entry->source, root);

  if (mount(tree, entry, volume))
    return;
  if (!entry->optional && strcmp(entry->mount_point, "/") != 0)
    tree_mount(tree, entry->mount_point, NULL);
  if (matters(entry))
    note_missing(facts, entry, volume);
}

void
mounts_apply(struct road *tree, const struct volumes *volumes, const struct volume *root,
             struct root *facts)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) content = road_read_file(tree, "/etc/fstab", ROAD_FILE_MAX, &error);

  if (!content) {
    if (!g_error_matches(error, ROAD_ERROR, ROAD_ERROR_NOT_FOUND))
      facts->detail = g_strdup_printf("/etc/fstab: %s", error->message);
    return;
  }
  g_autoptr(GPtrArray) entries = fstab_parse(content);
  for (guint i = 0; i < entries->len; i++)
    apply(tree, volumes, root, entries->pdata[i], facts);
}
