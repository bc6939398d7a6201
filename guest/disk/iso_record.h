/* SPDX-License-Identifier: Apache-2.0 */
/* Directory records: ECMA-119, 9.1. */
#pragma once

#include "guest/disk/iso_volume.h"

#define ISO_RECORD_MAX 255

/* One record as it is on the device; `at` is its place there, in bytes. */
struct iso_record {
  guint64 at;
  guint8 length; /* bytes of it */
  guint8 bytes[ISO_RECORD_MAX];
};

enum iso_flags {
  ISO_FLAG_DIRECTORY = 0x02,
  ISO_FLAG_ASSOCIATED = 0x04, /* a part of another file that Linux does not show */
  ISO_FLAG_MORE = 0x80,       /* the file goes on in the next record */
};

/*
 * The record at a place, which must lie in one sector altogether. DISK_ERROR_CORRUPT when there can
 * be none; a length of 0: there is none, nor in the rest of the sector.
 */
bool iso_record_read(const struct iso_volume *volume, guint64 at, struct iso_record *ret_record,
                     GError **error);

guint8 iso_record_flags(const struct iso_record *record);
guint64 iso_record_data_at(const struct iso_record *record); /* bytes */
guint32 iso_record_size(const struct iso_record *record);    /* bytes of data */

/* The entries "." and ".." of every directory. */
bool iso_record_is_dot(const struct iso_record *record);

/* Its identifier as written, for those who know how that is meant. */
const guint8 *iso_record_identifier(const struct iso_record *record, guint8 *ret_length);

/* What is left of it behind the identifier: the system use area. */
const guint8 *iso_record_system_use(const struct iso_record *record, guint8 *ret_length);
