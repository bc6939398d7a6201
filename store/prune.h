/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forgetting old history. What is current, what is valid at a point or later, and what the views
 * say of it stay as they are; the journal of changes is never pruned.
 */
#pragma once

#include "store/history.h"

struct prune_count {
  const char *table;
  gint64 rows;
};

/*
 * Remove what had ended by `before`, in one transaction. Of what is still there its first fact
 * stays, which says since when it is known, the last time that its guest could be read, the
 * machine IDs that it had, for a rule tells of them, and what was last seen of an image that is
 * still named. Findings go by the audit before that of the point, which counted until then. With
 * `keep_all`, everything is done and then undone: the counts are the same and the ledger is not
 * changed.
 *
 * Returns a new array of struct prune_count, one for each table in stable order, or NULL with
 * STORE_ERROR, and then nothing was changed.
 */
GArray *prune_run(sqlite3 *db, const struct history_point *before, bool keep_all, GError **error);

/* Give the room of what was removed back to the file system: writes all of the ledger anew. */
bool prune_vacuum(sqlite3 *db, GError **error);
