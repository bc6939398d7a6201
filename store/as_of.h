/* SPDX-License-Identifier: Apache-2.0 */
/* A connection put at an earlier point of the ledger's history. */
#pragma once

#include "store/history.h"

/*
 * From now on every table and view that is named without a schema shows what was valid at `point`,
 * in what this program asks and in the user's own SQL alike: temporary views of the same names
 * stand before them. `main.domains` still shows the present. A later call moves the connection to
 * another point. `db` was opened with LEDGER_READ, and stays unable to write the ledger.
 */
bool as_of_go(sqlite3 *db, const struct history_point *point, GError **error);
