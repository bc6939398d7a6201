/* SPDX-License-Identifier: Apache-2.0 */
/* GUID partition tables: a header after the first sector, one in the last, each with entries. */
#include "guest/disk/gpt.h"

#include "guest/disk/bytes.h"

#include <string.h>
#include <zlib.h>

#define SIGNATURE       "EFI PART"
#define HEADER_SIZE_MIN 92
#define SECTOR_SIZE_MAX 4096
#define ENTRY_SIZE_MIN  128
#define ENTRY_SIZE_MAX  4096
#define TABLE_SIZE_MAX  ((guint64)1 << 20)
#define GUID_SIZE       16

/* What is needed of a header that holds. */
struct gpt {
  guint32 sector_size;
  guint8 guid[GUID_SIZE];            /* of the disk */
  guint64 first_usable, last_usable; /* sectors */
  guint64 entries_at;                /* sector */
  guint32 entry_count, entry_size, entries_crc;
};

static guint32
crc_of(const guint8 *bytes, size_t length)
{
  return (guint32)crc32(0, bytes, (uInt)length);
}

static bool
fail(GError **error, const char *fault)
{
  g_set_error(error, DISK_ERROR, DISK_ERROR_CORRUPT, "GPT: %s", fault);
  return false;
}

/* The header's checksum is made with its own field zero, which `bytes` is afterwards. */
static bool
check_header(guint8 *bytes, guint32 sector_size, guint64 sector, GError **error)
{
  guint32 size = bytes_le32(bytes + 12);
  guint32 crc = bytes_le32(bytes + 16);

  if (memcmp(bytes, SIGNATURE, strlen(SIGNATURE)) != 0)
    return fail(error, "no header");
  if (size < HEADER_SIZE_MIN || size > sector_size)
    return fail(error, "the header's size is out of range");
  memset(bytes + 16, 0, 4);
  if (crc_of(bytes, size) != crc)
    return fail(error, "the header's checksum is wrong");
  if (bytes_le64(bytes + 24) != sector)
    return fail(error, "the header is not where it says");
  return true;
}

static bool
check_entries(const struct gpt *gpt, GError **error)
{
  bool sized = gpt->entry_size >= ENTRY_SIZE_MIN && gpt->entry_size <= ENTRY_SIZE_MAX &&
               (gpt->entry_size & (gpt->entry_size - 1)) == 0;

  if (!sized)
    return fail(error, "the size of an entry is out of range");
  if ((guint64)gpt->entry_count * gpt->entry_size > TABLE_SIZE_MAX)
    return fail(error, "too many entries");
  if (gpt->entries_at > G_MAXUINT64 / gpt->sector_size)
    return fail(error, "the entries leave the device");
  return true;
}

static bool
read_header(struct device *device, guint32 sector_size, guint64 sector, struct gpt *ret_gpt,
            GError **error)
{
  guint8 bytes[SECTOR_SIZE_MAX];

  if (!device_read(device, bytes, sector_size, sector * sector_size, error) ||
      !check_header(bytes, sector_size, sector, error))
    return false;
  *ret_gpt = (struct gpt){
      .sector_size = sector_size,
      .first_usable = bytes_le64(bytes + 40),
      .last_usable = bytes_le64(bytes + 48),
      .entries_at = bytes_le64(bytes + 72),
      .entry_count = bytes_le32(bytes + 80),
      .entry_size = bytes_le32(bytes + 84),
      .entries_crc = bytes_le32(bytes + 88),
  };
  memcpy(ret_gpt->guid, bytes + 56, GUID_SIZE);
  return check_entries(ret_gpt, error);
}

static guint8 *
read_entries(struct device *device, const struct gpt *gpt, GError **error)
{
  size_t length = (size_t)gpt->entry_count * gpt->entry_size;
  guint64 offset = gpt->entries_at * gpt->sector_size;

  if (!device_covers(device, offset, length)) {
    fail(error, "the entries leave the device");
    return NULL;
  }
  g_autofree guint8 *entries = g_malloc(length + 1);
  if (!device_read(device, entries, length, offset, error))
    return NULL;
  if (crc_of(entries, length) != gpt->entries_crc) {
    fail(error, "the entries' checksum is wrong");
    return NULL;
  }
  return g_steal_pointer(&entries);
}

static bool
is_null(const guint8 *guid)
{
  static const guint8 zeros[GUID_SIZE];

  return memcmp(guid, zeros, GUID_SIZE) == 0;
}

/* The first three fields of a GUID are little-endian numbers, the rest are bytes. */
static void
format_guid(const guint8 *guid, char text[DISK_UUID_SIZE])
{
  g_snprintf(text, DISK_UUID_SIZE, "%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x",
             bytes_le32(guid), bytes_le16(guid + 4), bytes_le16(guid + 6), guid[8], guid[9],
             guid[10], guid[11], guid[12], guid[13], guid[14], guid[15]);
}

static void
add_entry(struct device *device, const struct gpt *gpt, guint number, const guint8 *entry,
          GArray *partitions)
{
  guint64 first = bytes_le64(entry + 32);
  guint64 last = bytes_le64(entry + 40);

  if (is_null(entry))
    return;
  if (first > last || first < gpt->first_usable || last > gpt->last_usable ||
      last >= device->size / gpt->sector_size)
    return;
  struct partition partition = {
      .number = number,
      .offset = first * gpt->sector_size,
      .length = (last - first + 1) * gpt->sector_size,
  };
  format_guid(entry + GUID_SIZE, partition.partuuid);
  g_array_append_val(partitions, partition);
}

static bool
list_from(struct device *device, guint32 sector_size, guint64 sector, GArray *partitions,
          char *ret_id, GError **error)
{
  struct gpt gpt;

  if (!read_header(device, sector_size, sector, &gpt, error))
    return false;
  g_autofree guint8 *entries = read_entries(device, &gpt, error);
  if (!entries)
    return false;
  for (guint i = 0; i < gpt.entry_count && partitions->len < PARTITION_MAX; i++)
    add_entry(device, &gpt, i + 1, entries + (size_t)i * gpt.entry_size, partitions);
  if (!is_null(gpt.guid))
    format_guid(gpt.guid, ret_id);
  return true;
}

/* Nothing but the place of the headers tells the size of a sector. */
bool
gpt_list(struct device *device, GArray *partitions, char *ret_id, GError **error)
{
  const struct {
    guint32 sector_size;
    guint64 sector;
  } headers[] = {
      {512, 1},
      {4096, 1},
      {512, device->size / 512 - 1},
      {4096, device->size / 4096 - 1},
  };

  for (guint i = 0; i < G_N_ELEMENTS(headers); i++) {
    g_autoptr(GError) fault = NULL;
    if (device->size / headers[i].sector_size < 2)
      continue;
    if (list_from(device, headers[i].sector_size, headers[i].sector, partitions, ret_id, &fault))
      return true;
    if (!g_error_matches(fault, DISK_ERROR, DISK_ERROR_CORRUPT)) {
      g_propagate_error(error, g_steal_pointer(&fault));
      return false;
    }
  }
  return fail(error, "neither header holds");
}
