/* SPDX-License-Identifier: Apache-2.0 */
/* Which volume a source of fstab means. */
#include "guest/disk/volume.h"

#include <string.h>

static bool
has_uuid(const struct volume *volume, const char *value)
{
  return volume->fs && volume->fs->uuid[0] && g_ascii_strcasecmp(volume->fs->uuid, value) == 0;
}

static bool
has_label(const struct volume *volume, const char *value)
{
  return volume->fs && volume->fs->label[0] && strcmp(volume->fs->label, value) == 0;
}

static bool
has_partuuid(const struct volume *volume, const char *value)
{
  return volume->partuuid[0] && g_ascii_strcasecmp(volume->partuuid, value) == 0;
}

typedef bool (*volume_matches)(const struct volume *volume, const char *value);

static const struct {
  const char *prefix;
  volume_matches matches;
} tags[] = {
    {"UUID=", has_uuid},
    {"LABEL=", has_label},
    {"PARTUUID=", has_partuuid},
    {"/dev/disk/by-uuid/", has_uuid},
    {"/dev/disk/by-label/", has_label},
    {"/dev/disk/by-partuuid/", has_partuuid},
};

/* udev writes bytes that it does not want in a name of /dev/disk as \x20. */
static char *
undo_udev(const char *value)
{
  GString *plain = g_string_new(NULL);

  while (*value) {
    if (value[0] == '\\' && value[1] == 'x' && g_ascii_isxdigit(value[2]) &&
        g_ascii_isxdigit(value[3])) {
      g_string_append_c(
          plain, (char)(g_ascii_xdigit_value(value[2]) << 4 | g_ascii_xdigit_value(value[3])));
      value += 4;
    } else {
      g_string_append_c(plain, *value++);
    }
  }
  return g_string_free(plain, FALSE);
}

static const struct volume *
find_tagged(const struct volumes *volumes, volume_matches matches, const char *value,
            const struct volume *root)
{
  const struct volume *first = NULL;

  for (guint i = 0; i < volumes->list->len; i++) {
    const struct volume *volume = volumes->list->pdata[i];

    if (!matches(volume, value))
      continue;
    if (volume->disk == root->disk)
      return volume;
    if (!first)
      first = volume;
  }
  return first;
}

/* The letters of a disk by its driver's prefix: "a" of "vda". NULL for other names. */
static const char *
disk_letters(const char *name)
{
  static const char *const prefixes[] = {"vd", "sd", "hd", "xvd"};

  for (guint i = 0; i < G_N_ELEMENTS(prefixes); i++)
    if (g_str_has_prefix(name, prefixes[i]) && g_ascii_islower(name[strlen(prefixes[i])]))
      return name + strlen(prefixes[i]);
  return NULL;
}

/* Which disk a name with these letters is: the place of the only one. -1 for none, or a choice. */
static int
disk_by_letters(const struct volumes *volumes, const char *letters, size_t length)
{
  int found = -1;

  for (guint i = 0; i < volumes->disk_count; i++) {
    const char *other = disk_letters(volumes->disks[i].target);

    if (volumes->disks[i].removable || !other || strlen(other) != length ||
        strncmp(other, letters, length) != 0)
      continue;
    if (found >= 0)
      return -1;
    found = (int)i;
  }
  return found;
}

static bool
has_target(const struct volumes *volumes, const char *name, size_t length)
{
  for (guint i = 0; i < volumes->disk_count; i++)
    if (!volumes->disks[i].removable && strlen(volumes->disks[i].target) == length &&
        strncmp(volumes->disks[i].target, name, length) == 0)
      return true;
  return false;
}

static const struct volume *
find_renamed(const struct volumes *volumes, const char *name)
{
  const char *letters = disk_letters(name);
  size_t length = letters ? strspn(letters, "abcdefghijklmnopqrstuvwxyz") : 0;

  if (!letters || has_target(volumes, name, (size_t)(letters - name) + length))
    return NULL;
  int disk = disk_by_letters(volumes, letters, length);
  for (guint i = 0; disk >= 0 && i < volumes->list->len; i++) {
    const struct volume *volume = volumes->list->pdata[i];
    g_autofree char *number = volume->partition ? g_strdup_printf("%u", volume->partition) : NULL;

    if (volume->disk == (guint)disk && strcmp(number ? number : "", letters + length) == 0)
      return volume;
  }
  return NULL;
}

static const struct volume *
find_device(const struct volumes *volumes, const char *name, const struct volume *root)
{
  /* The kernel's name for whatever it booted from, in images made without a real one. */
  if (strcmp(name, "root") == 0)
    return root;
  for (guint i = 0; i < volumes->list->len; i++) {
    const struct volume *volume = volumes->list->pdata[i];

    if (strcmp(volume->name, name) == 0)
      return volume;
  }
  return find_renamed(volumes, name);
}

const struct volume *
volumes_find(const struct volumes *volumes, const char *source, const struct volume *root)
{
  for (guint i = 0; i < G_N_ELEMENTS(tags); i++) {
    if (!g_str_has_prefix(source, tags[i].prefix))
      continue;
    g_autofree char *value = source[0] == '/' ? undo_udev(source + strlen(tags[i].prefix))
                                              : g_strdup(source + strlen(tags[i].prefix));
    return find_tagged(volumes, tags[i].matches, value, root);
  }
  if (!g_str_has_prefix(source, "/dev/"))
    return NULL;
  return find_device(volumes, source + strlen("/dev/"), root);
}
