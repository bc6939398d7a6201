/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The schema and its versions. A version is the number of migrations/ that a ledger has seen; each
 * migration ends by setting user_version, so that the script and the number cannot part.
 */
#pragma once

#include "store/ledger.h"

/* How many migrations this program has. */
int migrate_newest(void);

/* Run the migrations after `from` up to `to`, inside the caller's transaction. */
bool migrate_run(sqlite3 *db, int from, int to, GError **error);

/*
 * Whether the schema is, text by text, what the migrations up to `version` make: nobody has added a
 * trigger, or put another query behind the name of a view. STORE_ERROR_CORRUPT names what differs.
 */
bool migrate_verify(sqlite3 *db, int version, GError **error);
