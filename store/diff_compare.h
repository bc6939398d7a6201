/* SPDX-License-Identifier: Apache-2.0 */
/* One kind of thing, compared between two points of history. */
#pragma once

#include "store/diff.h"
#include "store/diff_tables.h"

/* Add what differs to the table temp.difference, which is that of store/diff.c. */
bool diff_compare(sqlite3 *db, const struct diff_table *table, const struct diff_range *range,
                  GError **error);
