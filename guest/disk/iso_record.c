/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a directory record; each was checked when it was read. */
#include "guest/disk/iso_record.h"

#include "guest/disk/bytes.h"

#define FIXED_LENGTH 33 /* bytes before the identifier */

static bool
fail(GError **error, const char *fault)
{
  g_set_error(error, DISK_ERROR, DISK_ERROR_CORRUPT, "ISO 9660: %s", fault);
  return false;
}

bool
iso_record_read(const struct iso_volume *volume, guint64 at, struct iso_record *ret_record,
                GError **error)
{
  struct iso_record record = {.at = at};
  size_t room = MIN(ISO_RECORD_MAX, ISO_SECTOR_SIZE - at % ISO_SECTOR_SIZE);

  if (!device_read(volume->device, record.bytes, room, at, error))
    return false;
  record.length = record.bytes[0];
  if (record.length > room)
    return fail(error, "a directory record leaves its sector");
  if (record.length > 0 && record.length < FIXED_LENGTH + record.bytes[32])
    return fail(error, "a directory record is too short");
  *ret_record = record;
  return true;
}

guint8
iso_record_flags(const struct iso_record *record)
{
  return record->bytes[25];
}

/* An extended attribute record takes the first sectors of an extent. */
guint64
iso_record_data_at(const struct iso_record *record)
{
  return ((guint64)bytes_le32(record->bytes + 2) + record->bytes[1]) * ISO_SECTOR_SIZE;
}

guint32
iso_record_size(const struct iso_record *record)
{
  return bytes_le32(record->bytes + 10);
}

const guint8 *
iso_record_identifier(const struct iso_record *record, guint8 *ret_length)
{
  *ret_length = record->bytes[32];
  return record->bytes + FIXED_LENGTH;
}

bool
iso_record_is_dot(const struct iso_record *record)
{
  guint8 length;
  const guint8 *identifier = iso_record_identifier(record, &length);

  return length == 1 && identifier[0] <= 1;
}

/* The identifier and its own length make an even number of bytes together. */
const guint8 *
iso_record_system_use(const struct iso_record *record, guint8 *ret_length)
{
  guint start = FIXED_LENGTH + record->bytes[32];

  start += start & 1;
  *ret_length = (guint8)(record->length > start ? record->length - start : 0);
  return record->bytes + MIN(start, record->length);
}
