/* SPDX-License-Identifier: Apache-2.0 */
/* The hypervisors of a scan: collected side by side, ingested one after another. */
#pragma once

#include "cmd/fleet/collectors.h"
#include "store/ingest.h"

/* Where streams are kept. */
struct scan_intake {
  struct ledger *ledger;
  const char *const *configured; /* as in struct ingest_options */
};

/* What became of one target. */
struct scan_part {
  const struct target *target;
  char *trouble;        /* what went wrong on the way; NULL when nothing did */
  IngestResult *ingest; /* NULL when nothing came into the ledger */
  double seconds;       /* until its stream was in the ledger */
};
void scan_part_free(struct scan_part *part); /* NULL is fine */

/*
 * Take what the collector of a target left, which is the callee's, into the ledger. Never NULL.
 */
struct scan_part *scan_part_keep(const struct scan_intake *intake, const struct target *target,
                                 struct collected *collected);

/*
 * Read the targets (struct target, which must live as long as the parts) into the ledger. Returns
 * the parts in the order of the targets, new; those that an interruption prevented are NULL, and
 * `ret_interrupted` is true.
 */
GPtrArray *scan_parts_run(const struct scan_intake *intake, const GPtrArray *targets,
                          const struct collectors_options *options, bool *ret_interrupted);
