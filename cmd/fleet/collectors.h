/* SPDX-License-Identifier: Apache-2.0 */
/* Many collectors side by side, their streams handed over one after another. */
#pragma once

#include "cmd/fleet/collector.h"
#include "cmd/interrupt.h"

struct collectors_options {
  gint64 jobs; /* at once, as far as there are files for them; 0: COLLECTORS_AT_ONCE */
  /* Once heard, all are ended and no more are started; another one then ends us at once. */
  struct interrupt *interrupt;
  bool show_progress;
};

#define COLLECTORS_AT_ONCE 8
#define COLLECTORS_MAX     1000

/*
 * What `targets[index]` came to. Called in a thread of its own, for one collector after another in
 * the order in which they end; `collected` is the callee's.
 */
typedef void (*collectors_done)(guint index, struct collected *collected, gpointer data);

/*
 * Run a collector for each of the targets (struct target) and return when the last was handed over.
 * While as many streams wait for that as there may be collectors, no other is started. False when
 * interrupted: collectors were killed, and some targets were never handed over.
 */
bool collectors_run(const GPtrArray *targets, const struct collectors_options *options,
                    collectors_done done, gpointer data);
