/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What passes by in a stream: lines counted by their first bytes, and whether it still looks like a
 * stream of facts at all.
 */
#pragma once

#include "facts/stream.h"

/* The first line and the hypervisor's are read whole; of others the first bytes are enough. */
#define TALLY_KEPT 8192

struct tally {
  guint64 counts[FACT_KINDS + 1]; /* lines by kind; the last one: of no kind that could be told */
  gint64 total;                   /* domains that the list call named; FACT_UNKNOWN until then */
  gint64 guests_begun_us;         /* monotonic, of the first guest; 0 until then */
  guint64 size;                   /* bytes of whole lines */
  size_t line_length;             /* of the line that is not whole yet */
  bool ended;                     /* its last whole line is an end */
  const char *wrong;              /* why this is no stream; NULL while it may be one */
  char line[TALLY_KEPT];          /* the beginning of that line */
};

void tally_init(struct tally *tally);

/* More bytes of the stream. False when it cannot be one: `wrong` says why. */
bool tally_feed(struct tally *tally, const char *bytes, size_t length);
