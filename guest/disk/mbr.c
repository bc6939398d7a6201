/* SPDX-License-Identifier: Apache-2.0 */
/* MBR partition tables: four entries in the first sector, and chains of more. */
#include "guest/disk/mbr.h"

#include "guest/disk/bytes.h"

#include <string.h>

#define SECTOR_SIZE         512 /* where nobody says otherwise: the table itself does not */
#define DISK_ID_AT          440
#define ENTRIES_AT          446
#define ENTRY_SIZE          16
#define ENTRY_COUNT         4
#define MARK_AT             510
#define MARK                0xaa55
#define FIRST_LOGICAL       5
#define EXTENDED_MAX        PARTITION_MAX /* extended boot records of a disk */
#define TYPE_EXTENDED       0x05
#define TYPE_EXTENDED_LBA   0x0f
#define TYPE_EXTENDED_LINUX 0x85
#define TYPE_PROTECTIVE     0xee

struct entry {
  guint8 flag, type;
  guint32 start, length; /* sectors; of logical partitions relative to one table or another */
};

/* A walk over all tables of a device. */
struct walk {
  struct device *device;
  guint64 sector_size;
  GArray *partitions;
  guint32 disk_id;
  guint next_logical;
  guint record_count;
  guint32 records[EXTENDED_MAX]; /* where extended boot records were found, in sectors */
};

static struct entry
entry_at(const guint8 *sector, guint index)
{
  const guint8 *bytes = sector + ENTRIES_AT + index * ENTRY_SIZE;

  return (struct entry){
      .flag = bytes[0],
      .type = bytes[4],
      .start = bytes_le32(bytes + 8),
      .length = bytes_le32(bytes + 12),
  };
}

/* Nothing starts with the table itself: an entry that does is the code of a boot sector. */
static bool
is_used(const struct entry *entry)
{
  return entry->type != 0 && entry->start > 0 && entry->length > 0;
}

static bool
is_extended(const struct entry *entry)
{
  return entry->type == TYPE_EXTENDED || entry->type == TYPE_EXTENDED_LBA ||
         entry->type == TYPE_EXTENDED_LINUX;
}

static bool
has_mark(const guint8 *sector)
{
  return bytes_le16(sector + MARK_AT) == MARK;
}

/* What file systems that begin with a boot sector write there. */
static bool
is_boot_sector(const guint8 *sector)
{
  static const struct {
    size_t at;
    const char *text;
  } names[] = {
      {3, "NTFS    "}, {3, "EXFAT   "}, {54, "FAT12   "}, {54, "FAT16   "}, {82, "FAT32   "}};

  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    if (memcmp(sector + names[i].at, names[i].text, strlen(names[i].text)) == 0)
      return true;
  return false;
}

bool
mbr_is_table(const guint8 *sector)
{
  if (!has_mark(sector) || is_boot_sector(sector))
    return false;
  for (guint i = 0; i < ENTRY_COUNT; i++) {
    guint8 flag = entry_at(sector, i).flag;
    if (flag != 0x00 && flag != 0x80)
      return false;
  }
  return true;
}

bool
mbr_is_protective(const guint8 *sector)
{
  for (guint i = 0; i < ENTRY_COUNT; i++)
    if (entry_at(sector, i).type == TYPE_PROTECTIVE)
      return true;
  return false;
}

static void
add_partition(struct walk *walk, guint number, guint64 start, guint64 length)
{
  struct partition partition = {
      .number = number,
      .offset = start * walk->sector_size,
      .length = length * walk->sector_size,
  };

  if (!device_covers(walk->device, partition.offset, partition.length) ||
      walk->partitions->len == PARTITION_MAX)
    return;
  if (walk->disk_id != 0)
    g_snprintf(partition.partuuid, sizeof(partition.partuuid), "%08x-%02x", walk->disk_id, number);
  g_array_append_val(walk->partitions, partition);
}

/* Whether a record at this sector is to be read: each is read once, also in a chain that loops. */
static bool
enter_record(struct walk *walk, guint32 start)
{
  for (guint i = 0; i < walk->record_count; i++)
    if (walk->records[i] == start)
      return false;
  if (walk->record_count == EXTENDED_MAX ||
      !device_covers(walk->device, start * walk->sector_size, MBR_SIZE))
    return false;
  walk->records[walk->record_count++] = start;
  return true;
}

/*
 * A record holds a logical partition, relative to the record itself, and a link to the next record,
 * relative to the extended partition. Returns whether there is a next one.
 */
static bool
read_record(struct walk *walk, const guint8 *sector, guint32 extended, guint32 *record)
{
  guint32 start = *record;
  bool linked = false;

  for (guint i = 0; i < 2; i++) {
    struct entry entry = entry_at(sector, i);
    if (!is_used(&entry))
      continue;
    if (is_extended(&entry)) {
      *record = extended + entry.start;
      linked = *record >= extended; /* not beyond 32 bits */
    } else {
      add_partition(walk, walk->next_logical++, (guint64)start + entry.start, entry.length);
    }
  }
  return linked;
}

static bool
walk_records(struct walk *walk, guint32 extended, GError **error)
{
  guint32 record = extended;
  bool linked = true;

  while (linked && enter_record(walk, record)) {
    guint8 sector[MBR_SIZE];
    if (!device_read(walk->device, sector, sizeof(sector), record * walk->sector_size, error))
      return false;
    linked = has_mark(sector) && read_record(walk, sector, extended, &record);
  }
  return true;
}

bool
mbr_list(struct device *device, const guint8 *sector, GArray *partitions, char *ret_id,
         GError **error)
{
  struct walk walk = {
      .device = device,
      .sector_size = device->sector_size ? device->sector_size : SECTOR_SIZE,
      .partitions = partitions,
      .disk_id = bytes_le32(sector + DISK_ID_AT),
      .next_logical = FIRST_LOGICAL,
  };

  for (guint i = 0; i < ENTRY_COUNT; i++) {
    struct entry entry = entry_at(sector, i);
    if (is_used(&entry) && !is_extended(&entry))
      add_partition(&walk, i + 1, entry.start, entry.length);
  }
  for (guint i = 0; i < ENTRY_COUNT; i++) {
    struct entry entry = entry_at(sector, i);
    if (is_used(&entry) && is_extended(&entry) && !walk_records(&walk, entry.start, error))
      return false;
  }
  if (walk.disk_id != 0)
    g_snprintf(ret_id, DISK_UUID_SIZE, "%08x", walk.disk_id);
  return true;
}
