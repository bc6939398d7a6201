/* SPDX-License-Identifier: Apache-2.0 */
/* Volume descriptors, and which of the trees they lead to is taken. */
#include "guest/disk/iso_volume.h"

#include "guest/disk/bytes.h"
#include "guest/disk/iso_record.h"
#include "guest/disk/iso_rock_ridge.h"

#include <string.h>

#define FIRST_DESCRIPTOR 16 /* sector */
#define DESCRIPTORS_MAX  32
#define LABEL_LENGTH     32
#define LABEL_AT         40
#define BLOCK_SIZE_AT    128
#define ROOT_RECORD_AT   156
#define ESCAPES_AT       88

enum descriptor_type {
  DESCRIPTOR_PRIMARY = 1,
  DESCRIPTOR_SUPPLEMENTARY = 2,
  DESCRIPTOR_END = 255,
};

static bool
is_descriptor(const guint8 *sector)
{
  return memcmp(sector + 1, "CD001", 5) == 0;
}

/* Joliet's three levels: UCS-2 level 1, 2 and 3. */
static bool
is_joliet(const guint8 *sector)
{
  static const char levels[] = {'@', 'C', 'E'};

  return sector[0] == DESCRIPTOR_SUPPLEMENTARY && sector[ESCAPES_AT] == '%' &&
         sector[ESCAPES_AT + 1] == '/' && memchr(levels, sector[ESCAPES_AT + 2], sizeof(levels));
}

static bool
refuse(GError **error)
{
  g_set_error_literal(error, DISK_ERROR, DISK_ERROR_UNSUPPORTED_FILESYSTEM, "no ISO 9660");
  return false;
}

/* Where a Joliet tree has its root's record; 0 when there is no such tree. False with an error. */
static bool
find_joliet(const struct iso_volume *volume, guint64 *ret_root_at, GError **error)
{
  guint8 sector[ISO_SECTOR_SIZE];

  *ret_root_at = 0;
  for (guint i = 1; i < DESCRIPTORS_MAX; i++) {
    guint64 at = (FIRST_DESCRIPTOR + i) * ISO_SECTOR_SIZE;

    if (!device_covers(volume->device, at, sizeof(sector)))
      return true;
    if (!device_read(volume->device, sector, sizeof(sector), at, error))
      return false;
    if (!is_descriptor(sector) || sector[0] == DESCRIPTOR_END)
      return true;
    if (is_joliet(sector)) {
      *ret_root_at = at + ROOT_RECORD_AT;
      return true;
    }
  }
  return true;
}

bool
iso_volume_open(struct device *device, struct iso_volume *ret_volume, GError **error)
{
  const guint64 at = FIRST_DESCRIPTOR * ISO_SECTOR_SIZE;
  guint8 sector[ISO_SECTOR_SIZE];
  struct iso_volume volume = {.device = device, .root_at = at + ROOT_RECORD_AT};

  if (!device_covers(device, at, sizeof(sector)))
    return refuse(error);
  if (!device_read(device, sector, sizeof(sector), at, error))
    return false;
  if (!is_descriptor(sector) || sector[0] != DESCRIPTOR_PRIMARY ||
      bytes_le16(sector + BLOCK_SIZE_AT) != ISO_SECTOR_SIZE)
    return refuse(error);
  memcpy(volume.label, sector + LABEL_AT, LABEL_LENGTH);
  g_strchomp(volume.label);
  *ret_volume = volume;
  return true;
}

bool
iso_volume_choose_names(struct iso_volume *volume, GError **error)
{
  guint64 joliet;
  bool found;

  if (!iso_rock_ridge_detect(volume, &found, &volume->system_use_skip, error))
    return false;
  if (found) {
    volume->names = ISO_NAMES_ROCK_RIDGE;
    return true;
  }
  if (!find_joliet(volume, &joliet, error))
    return false;
  if (joliet != 0) {
    volume->names = ISO_NAMES_JOLIET;
    volume->root_at = joliet;
  }
  return true;
}
