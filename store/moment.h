/* SPDX-License-Identifier: Apache-2.0 */
/* Moments of the ledger's history, as a person names them: a scan, or a time. */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct moment {
  gint64 scan_id; /* 0: it is a time */
  gint64 time;    /* Unix seconds */
};

/*
 * Understand one of
 *
 *   17                                             a scan
 *   2026-11-22                                     the first moment of a day, in local time
 *   2026-11-22 10:00, 2026-11-22T10:00:30          local time
 *   2026-11-22T10:00:30Z, 2026-11-22 10:00+01:00   of that zone
 *   now, today, yesterday                          the first moment of these days
 *   90min ago, 12h ago, 7d ago, 2w ago, -7d        before `now`, which is in Unix seconds
 *
 * False with STORE_ERROR_MOMENT for anything else, also for days that no calendar has.
 */
bool moment_parse(const char *text, gint64 now, struct moment *ret_moment, GError **error);
