/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of 32 bytes, those with parts of a long name before the one that is meant. */
#include "guest/disk/fat_directory.h"

#include "guest/disk/bytes.h"

#include <string.h>

#define ENTRY_SIZE    32
#define DIRECTORY_MAX ((guint32)2 << 20) /* bytes */
#define NAME_LENGTH   11                 /* of a short name: 8 and 3 */
#define FREE          0xe5

#define ATTRIBUTE_VOLUME    0x08
#define ATTRIBUTE_DIRECTORY 0x10
#define ATTRIBUTES_LONG     0x0f
#define ATTRIBUTES          0x3f

#define SLOT_LAST  0x40
#define SLOT_UNITS 13 /* UTF-16 code units in one entry */
#define SLOTS_MAX  20
#define LOWER_NAME 0x08 /* Windows NT: how a short name in lower case is told */
#define LOWER_EXT  0x10

/* A walk, and the long name that was read so far. */
struct walk {
  const struct fat_volume *volume;
  char *label;
  listed_found found;
  gpointer data;
  guint8 slots;    /* parts that are still to come before the entry itself; … */
  guint8 checksum; /* … of whose short name this is */
  bool has_name;
  gunichar2 units[SLOTS_MAX * SLOT_UNITS + 1];
};

enum step { STEP_ON, STEP_END, STEP_ERROR };

static guint8
checksum_of(const guint8 *entry)
{
  guint8 sum = 0;

  for (guint i = 0; i < NAME_LENGTH; i++)
    sum = (guint8)((sum << 7 | sum >> 1) + entry[i]);
  return sum;
}

/* Parts come last one first, numbered, all with one checksum; what breaks the row is no name. */
static void
add_slot(struct walk *walk, const guint8 *entry)
{
  static const guint8 places[SLOT_UNITS] = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};
  guint8 number = entry[0] & ~SLOT_LAST;

  if (entry[0] & SLOT_LAST) {
    walk->slots = number;
    walk->checksum = entry[13];
    memset(walk->units, 0, sizeof(walk->units));
  }
  walk->has_name =
      number > 0 && number <= SLOTS_MAX && number == walk->slots && entry[13] == walk->checksum;
  if (!walk->has_name)
    return;
  walk->slots--;
  for (guint i = 0; i < SLOT_UNITS; i++)
    walk->units[walk->slots * SLOT_UNITS + i] = bytes_le16(entry + places[i]);
}

/* NULL where no whole one came before this entry. */
static char *
long_name(struct walk *walk, const guint8 *entry)
{
  bool whole = walk->has_name && walk->slots == 0 && walk->checksum == checksum_of(entry);

  walk->has_name = false;
  return whole ? g_utf16_to_utf8(walk->units, -1, NULL, NULL, NULL) : NULL;
}

static void
copy_part(GString *name, const guint8 *bytes, size_t length, bool lower)
{
  g_autofree char *part = g_strchomp(g_strndup((const char *)bytes, length));

  for (const char *at = part; *at; at++)
    g_string_append_c(name, lower ? g_ascii_tolower(*at) : *at);
}

static char *
short_name(const guint8 *entry)
{
  GString *name = g_string_new(NULL);

  copy_part(name, entry, 8, entry[12] & LOWER_NAME);
  if (entry[8] != ' ') {
    g_string_append_c(name, '.');
    copy_part(name, entry + 8, 3, entry[12] & LOWER_EXT);
  }
  return g_string_free(name, FALSE);
}

static void
take_label(const struct walk *walk, const guint8 *entry)
{
  if (!walk->label || *walk->label || entry[11] & ATTRIBUTE_DIRECTORY)
    return;
  memcpy(walk->label, entry, NAME_LENGTH);
  walk->label[NAME_LENGTH] = '\0';
  g_strchomp(walk->label);
}

static enum step
take_entry(struct walk *walk, const guint8 *entry, guint64 offset)
{
  if (entry[0] == 0)
    return STEP_END;
  if (entry[0] == FREE) {
    walk->has_name = false;
    return STEP_ON;
  }
  if ((entry[11] & ATTRIBUTES) == ATTRIBUTES_LONG) {
    add_slot(walk, entry);
    return STEP_ON;
  }
  if (entry[11] & ATTRIBUTE_VOLUME) {
    take_label(walk, entry);
    return STEP_ON;
  }
  g_autofree char *name = long_name(walk, entry);
  if (!name)
    name = short_name(entry);
  return !listed_fs_is_name(name) || walk->found(name, offset, walk->data) ? STEP_ON : STEP_END;
}

/* Entries that lie together on the device. */
static enum step
walk_range(struct walk *walk, guint64 offset, guint32 size, GError **error)
{
  g_autofree guint8 *bytes = g_malloc(size + 1);
  enum step step = STEP_ON;

  if (!device_read(walk->volume->device, bytes, size, offset, error))
    return STEP_ERROR;
  for (guint32 at = 0; step == STEP_ON && at + ENTRY_SIZE <= size; at += ENTRY_SIZE)
    step = take_entry(walk, bytes + at, offset + at);
  return step;
}

static bool
walk_clusters(struct walk *walk, guint32 cluster, GError **error)
{
  const struct fat_volume *volume = walk->volume;
  enum step step = STEP_ON;

  for (guint32 length = 0; step == STEP_ON && cluster != 0; length += volume->cluster_size) {
    if (length >= DIRECTORY_MAX || !fat_volume_has(volume, cluster)) {
      g_set_error_literal(error, DISK_ERROR, DISK_ERROR_CORRUPT,
                          "FAT: a directory without an end, or without a beginning");
      return false;
    }
    step = walk_range(walk, fat_volume_cluster_at(volume, cluster), volume->cluster_size, error);
    if (step == STEP_ON && !fat_volume_next(volume, &cluster, error))
      return false;
  }
  return step != STEP_ERROR;
}

bool
fat_directory_entry(const struct fat_volume *volume, guint64 inode, struct fat_entry *ret_entry,
                    GError **error)
{
  guint8 bytes[ENTRY_SIZE];

  if (inode == FAT_ROOT) {
    *ret_entry = (struct fat_entry){.is_directory = true, .cluster = volume->root_cluster};
    return true;
  }
  if (!device_read(volume->device, bytes, sizeof(bytes), inode, error))
    return false;
  guint32 high = volume->bits == 32 ? bytes_le16(bytes + 20) : 0;
  *ret_entry = (struct fat_entry){
      .is_directory = bytes[11] & ATTRIBUTE_DIRECTORY,
      .cluster = high << 16 | bytes_le16(bytes + 26),
      .size = bytes_le32(bytes + 28),
  };
  return true;
}

bool
fat_directory_walk(const struct fat_volume *volume, guint64 directory, char *label,
                   listed_found found, gpointer data, GError **error)
{
  struct walk walk = {.volume = volume, .label = label, .found = found, .data = data};
  struct fat_entry entry;

  if (label)
    *label = '\0';
  if (directory == FAT_ROOT && volume->bits != 32)
    return walk_range(&walk, volume->root_at, volume->root_size, error) != STEP_ERROR;
  if (!fat_directory_entry(volume, directory, &entry, error))
    return false;
  if (!entry.is_directory) {
    g_set_error_literal(error, DISK_ERROR, DISK_ERROR_NOT_DIRECTORY, "FAT: it is no directory");
    return false;
  }
  return walk_clusters(&walk, entry.cluster, error);
}
