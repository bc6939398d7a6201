/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a stream waits for the ledger, so that a slow hypervisor never holds the ledger's lock: a
 * file without a name, which is gone when it is closed.
 */
#pragma once

#include "cmd/fleet/tally.h"
#include "cmd/fleet/target.h"

struct spool {
  FILE *file;
  guint64 limit; /* bytes */
  struct tally tally;
  char *wrong; /* why nothing more is taken; NULL while it is */
};

/* An empty one; false with a GError when there is no place for it. */
bool spool_open(struct spool *spool, guint64 limit, GError **error);

/* One for a few lines, which needs no disk. */
void spool_open_small(struct spool *spool);
void spool_close(struct spool *spool); /* also after spool_finish() */

/*
 * Add bytes of the stream. False when it cannot be one, is longer than the limit, or does not fit
 * on the disk: then `wrong` says so.
 */
bool spool_take(struct spool *spool, const char *bytes, size_t length);

/* Whether the stream came to its end. */
bool spool_is_whole(const struct spool *spool);

/*
 * Take out the file, at its start. A stream that is not whole gets the end that it lacks, with
 * `status` (one of END_*) and `detail`; where nothing of it can be used, it is that end alone.
 */
FILE *spool_finish(struct spool *spool, const struct target *target, const char *status,
                   const char *detail);
