/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of a system use area, and of the areas it goes on in. */
#include "guest/disk/iso_rock_ridge.h"

#include "guest/disk/bytes.h"

#include <string.h>

#define HEAD_LENGTH 4 /* of an entry: two letters, its length, a version */
#define AREAS_MAX   8 /* of one record: real ones have one or two */
#define NAME_LIMIT  255

#define NAME_GOES_ON 0x01
#define NAME_IS_DOT  0x06 /* "." or "..", which have no name of their own */

/* An area, and where it goes on, as entry CE says. */
struct area {
  guint8 bytes[ISO_SECTOR_SIZE];
  size_t length;
  guint64 next_at;
  guint32 next_length; /* 0: it does not */
};

typedef void (*entry_found)(const guint8 *entry, guint8 length, gpointer data);

static bool
is_entry(const guint8 *entry, guint8 length, const char *letters, guint8 length_min)
{
  return memcmp(entry, letters, 2) == 0 && length >= length_min;
}

static void
note_next(struct area *area, const guint8 *entry, guint8 length)
{
  if (!is_entry(entry, length, "CE", 28))
    return;
  area->next_at = (guint64)bytes_le32(entry + 4) * ISO_SECTOR_SIZE + bytes_le32(entry + 12);
  area->next_length = bytes_le32(entry + 20);
}

static void
walk_area(struct area *area, entry_found found, gpointer data)
{
  size_t at = 0;

  while (at + HEAD_LENGTH <= area->length) {
    const guint8 *entry = area->bytes + at;
    guint8 length = entry[2];

    if (length < HEAD_LENGTH || length > area->length - at || is_entry(entry, length, "ST", 4))
      return;
    note_next(area, entry, length);
    found(entry, length, data);
    at += length;
  }
}

static bool
read_next(const struct iso_volume *volume, struct area *area, GError **error)
{
  guint32 length = area->next_length;

  if (length > sizeof(area->bytes)) {
    g_set_error_literal(error, DISK_ERROR, DISK_ERROR_CORRUPT,
                        "ISO 9660: a system use area is longer than a sector");
    return false;
  }
  area->length = length;
  area->next_length = 0;
  return device_read(volume->device, area->bytes, length, area->next_at, error);
}

static bool
walk(const struct iso_volume *volume, const struct iso_record *record, guint8 skip,
     entry_found found, gpointer data, GError **error)
{
  struct area area = {.next_length = 0};
  guint8 length;
  const guint8 *bytes = iso_record_system_use(record, &length);

  area.length = length > skip ? length - skip : 0;
  memcpy(area.bytes, bytes + MIN(skip, length), area.length);
  walk_area(&area, found, data);
  for (guint i = 1; area.next_length > 0 && i < AREAS_MAX; i++) {
    if (!read_next(volume, &area, error))
      return false;
    walk_area(&area, found, data);
  }
  return true;
}

struct signs {
  bool has_posix; /* entry PX, which every Rock Ridge record must have */
};

static void
look_for_signs(const guint8 *entry, guint8 length, gpointer data)
{
  struct signs *signs = data;

  signs->has_posix |= is_entry(entry, length, "PX", 12);
}

/* The first entry of the root's record "." is SP, and its area begins without a skip. */
bool
iso_rock_ridge_detect(const struct iso_volume *volume, bool *ret_found, guint8 *ret_skip,
                      GError **error)
{
  struct iso_record root, dot;
  struct signs signs = {false};
  guint8 length;

  if (!iso_record_read(volume, volume->root_at, &root, error) ||
      !iso_record_read(volume, iso_record_data_at(&root), &dot, error))
    return false;
  *ret_found = false;
  const guint8 *area = iso_record_system_use(&dot, &length);
  if (length < 7 || !is_entry(area, area[2], "SP", 7) || area[4] != 0xbe || area[5] != 0xef)
    return true;
  if (!walk(volume, &dot, 0, look_for_signs, &signs, error))
    return false;
  *ret_found = signs.has_posix;
  *ret_skip = area[6];
  return true;
}

struct reading {
  struct iso_rock_ridge extension;
  bool ended; /* the name */
};

static void
take_name(struct reading *reading, const guint8 *entry, guint8 length)
{
  GString *name = reading->extension.name;

  if (reading->ended || entry[4] & NAME_IS_DOT)
    return;
  if (!name)
    name = reading->extension.name = g_string_new(NULL);
  if (name->len + length - 5 <= NAME_LIMIT)
    g_string_append_len(name, (const char *)entry + 5, length - 5);
  reading->ended = !(entry[4] & NAME_GOES_ON);
}

static void
take_entry(const guint8 *entry, guint8 length, gpointer data)
{
  struct reading *reading = data;

  if (is_entry(entry, length, "NM", 5))
    take_name(reading, entry, length);
  if (is_entry(entry, length, "PX", 12))
    reading->extension.mode = bytes_le32(entry + 4);
}

bool
iso_rock_ridge_read(const struct iso_volume *volume, const struct iso_record *record,
                    struct iso_rock_ridge *ret_extension, GError **error)
{
  struct reading reading = {.ended = false};

  if (!walk(volume, record, volume->system_use_skip, take_entry, &reading, error)) {
    if (reading.extension.name)
      g_string_free(reading.extension.name, TRUE);
    return false;
  }
  *ret_extension = reading.extension;
  return true;
}
