/* SPDX-License-Identifier: Apache-2.0 */
/* The line that a scan shows on a terminal while it works. */
#pragma once

#include "cmd/fleet/tally.h"

#include <stdbool.h>

struct progress;

/* Progress that is drawn when `enabled` and standard error is a terminal. */
struct progress *progress_new(bool enabled);

/* Take the line off the terminal and free. NULL is fine. */
void progress_free(struct progress *progress);

/*
 * What is being done, to one hypervisor or to many. The text names only what is known yet:
 * "qemu:///system  12/40 domains  3 guests  5 guests/s  7 s left", or
 * "12 of 200 done, 8 running, 3 failed: host-17".
 */
struct progress_state {
  guint targets, done, running, failed;
  const char *shown;         /* the only target, or the one that failed last; may be NULL */
  const struct tally *tally; /* of the only target; NULL between collectors */
  double guests_s;           /* seconds since its first guest */
};

/* Draw it, unless that was done a moment ago. */
void progress_show(struct progress *progress, const struct progress_state *state);

/* The line's text, without its control characters. New. */
char *progress_text(const struct progress_state *state);
