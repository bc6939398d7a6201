/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of scans: one for every stream, also for one that was refused. */
#pragma once

#include "facts/hypervisor.h"
#include "store/ledger.h"

/* Statuses beside those of a stream's end. */
#define SCAN_STREAM_REFUSED "stream-refused"
#define SCAN_FORGOTTEN      "forgotten" /* no scan: the hypervisor is gone for good */

struct scans;

struct scans *scans_new(sqlite3 *db, GError **error);
void scans_free(struct scans *scans); /* NULL is fine */

/*
 * A row for a stream that begins, of what was asked by `uri`; its status is partial until
 * scans_finish(). Its number, or 0 with STORE_ERROR.
 */
gint64 scans_begin(struct scans *scans, const struct collection *collection, const char *uri,
                   GError **error);

/* What is known of a stream when it is over. */
struct scan_end {
  gint64 scan_id;
  gint64 hypervisor_id; /* 0: unknown */
  const char *status, *error;
  guint64 domains, images, guests;
  gint64 duration_ms; /* that collecting took; FACT_UNKNOWN */
};
bool scans_finish(struct scans *scans, const struct scan_end *end, GError **error);

/* What the stream remarks. */
bool scans_note(struct scans *scans, gint64 scan_id, const struct note *note, GError **error);
