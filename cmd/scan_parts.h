/* SPDX-License-Identifier: Apache-2.0 */
/* The hypervisors of a scan: collected side by side, ingested one after another. */
#pragma once

#include "cmd/collectors.h"
#include "store/ingest.h"

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
struct scan_part *scan_part_keep(struct ledger *ledger, const struct target *target,
                                 const char *const *configured, struct collected *collected);

/*
 * Read the targets (struct target, which must live as long as the parts) into the ledger.
 * `configured`: the names of all sections there are. Returns the parts in the order of the targets,
 * new; those that an interruption prevented are NULL, and `ret_interrupted` is true.
 */
GPtrArray *scan_parts_run(struct ledger *ledger, const GPtrArray *targets,
                          const char *const *configured, const struct collectors_options *options,
                          bool *ret_interrupted);
