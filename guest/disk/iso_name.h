/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of an ISO 9660 are called. */
#pragma once

#include "guest/disk/iso_record.h"

/* The name by which Linux shows a record, new; *ret_name is NULL when it shows none. */
bool iso_name_read(const struct iso_volume *volume, const struct iso_record *record,
                   char **ret_name, GError **error);
