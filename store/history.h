/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Points in the ledger's history: what it held when a scan had ended, and the audit after it. What
 * is valid at a point began at its scan or before, and has not ended until then.
 */
#pragma once

#include "store/ledger.h"
#include "store/moment.h"

struct history_point {
  gint64 scan_id;
  gint64 audit_id;    /* the newest audit that saw no later scan; 0 for none */
  gint64 ingested_at; /* of the scan: Unix seconds */
};

/*
 * The point that a moment names: its scan, or the newest that had been ingested by its time. False
 * with STORE_ERROR_MOMENT when there is no such scan or the time is in the future, with
 * STORE_ERROR_TOO_EARLY when it is before the first scan, or what was known then has been pruned.
 */
bool history_find(sqlite3 *db, const struct moment *moment, struct history_point *ret_point,
                  GError **error);

/* The newest scan and the newest audit. False with STORE_ERROR_MOMENT when there is no scan. */
bool history_now(sqlite3 *db, struct history_point *ret_point, GError **error);

/*
 * The point before the last run. A run may scan many hypervisors and ends with an audit, so it is
 * the newest audit that did not see the newest scan; where no such audit is, the scan before the
 * newest. False with STORE_ERROR_MOMENT when there was but one run.
 */
bool history_before_last_run(sqlite3 *db, struct history_point *ret_point, GError **error);
