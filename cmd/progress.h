/* SPDX-License-Identifier: Apache-2.0 */
/* The line that a scan shows on a terminal while it works: read from the stream that passes by. */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct progress;

/* Progress on the stream of `uri`, drawn when `enabled` and standard error is a terminal. */
struct progress *progress_new(const char *uri, bool enabled);

/* More bytes of the stream. */
void progress_feed(struct progress *progress, const char *bytes, size_t length);

/* Take the line off the terminal and free. NULL is fine. */
void progress_free(struct progress *progress);

/*
 * The line's text for a state of the work, without its control characters: "qemu:///system  12/40
 * domains 3 guests  5 guests/s  7 s left". Parts that are not known yet are left out; `total` is
 * FACT_UNKNOWN until the hypervisor was listed. New.
 */
struct progress_state {
  const char *uri;
  gint64 total, domains, guests;
  double seconds;
};
char *progress_text(const struct progress_state *state);
