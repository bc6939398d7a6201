/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers for values that should be of one domain alone, to find those that others have, too. */
#pragma once

#include "store/ledger.h"

#define VALUE_HASH_NONE 0

/* Kinds beside those of guests' identities. */
#define VALUE_HOST_KEY    "host-key"
#define VALUE_MAC_ADDRESS "mac-address"

/*
 * 48 bits, so that SQLite needs six bytes for it. Values that differ may have one hash: it says
 * where to look, no more. Both files of a machine ID count as one kind; of what no rule groups by
 * its value, and of a value that is NULL, it is VALUE_HASH_NONE.
 */
gint64 value_hash(const char *kind, const char *value);

/* Give a connection the function value_hash(kind, value). False with STORE_ERROR. */
bool value_hash_register(sqlite3 *db, GError **error);
