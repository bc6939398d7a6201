/* SPDX-License-Identifier: Apache-2.0 */
/* What Rock Ridge adds to directory records: IEEE P1281 (SUSP) 5, IEEE P1282 (RRIP) 4. */
#pragma once

#include "guest/disk/iso_record.h"

/* What the system use area of a record says. */
struct iso_rock_ridge {
  GString *name; /* new; NULL when it has none */
  guint32 mode;  /* of POSIX, with the type; 0: not said */
};

/*
 * Whether the records of the primary tree have such areas, and how much of each is to be skipped.
 * False only when what tells could not be read.
 */
bool iso_rock_ridge_detect(const struct iso_volume *volume, bool *ret_found, guint8 *ret_skip,
                           GError **error);

/* Read one record's; nothing is set on failure. */
bool iso_rock_ridge_read(const struct iso_volume *volume, const struct iso_record *record,
                         struct iso_rock_ridge *ret_extension, GError **error);
