/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ISO 9660 (ECMA-119) with its two ways of having other names: Joliet, and Rock Ridge (IEEE P1282,
 * in the system use areas of IEEE P1281). Of several, as Linux does, Rock Ridge is taken, then
 * Joliet, then plain names, in lower case and without a version.
 */
#pragma once

#include "guest/disk/device.h"

#define ISO_SECTOR_SIZE 2048

enum iso_names {
  ISO_NAMES_PLAIN,
  ISO_NAMES_JOLIET,
  ISO_NAMES_ROCK_RIDGE,
};

struct iso_volume {
  struct device *device; /* the caller's */
  enum iso_names names;
  guint8 system_use_skip; /* bytes before the system use area of each record: Rock Ridge */
  guint64 root_at;        /* the record of the root directory, in bytes */
  char label[33];         /* blanks at its end are dropped */
};

/*
 * Read the primary descriptor: where the tree of plain names is, and the label.
 * DISK_ERROR_UNSUPPORTED_FILESYSTEM when the device has no ISO 9660 on it, or one with sectors of
 * another size.
 */
bool iso_volume_open(struct device *device, struct iso_volume *ret_volume, GError **error);

/* Find out which names are to be taken, and the tree that has them. */
bool iso_volume_choose_names(struct iso_volume *volume, GError **error);
