/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a hypervisor anew where it changed: changes settle for a moment, and there is at most one
 * collector at a time. Works in the main loop of GLib.
 */
#pragma once

#include "cmd/fleet/collector.h"
#include "cmd/verb.h"

/* What became of facts that were handed over. */
enum rescan_outcome {
  RESCAN_KEPT,
  RESCAN_BUSY,   /* not now: a scan runs, after which they would be out of date */
  RESCAN_FAILED, /* for a reason that was told */
};

struct rescan_sink {
  bool (*may_collect)(gpointer data);
  /* Take over what a collector left. */
  enum rescan_outcome (*keep)(const struct target *target, struct collected *collected,
                              gpointer data);
};

struct rescan;

/*
 * For a target, which must live as long and is not the caller's to change: the domains of its
 * request are filled in for each collection. New.
 */
struct rescan *rescan_new(const struct globals *globals, struct target *target,
                          const struct rescan_sink *sink, gpointer data);

/* End its collector. NULL is fine. */
void rescan_free(struct rescan *rescan);

/* Something happened to a domain: read it soon. */
void rescan_domain(struct rescan *rescan, const char *uuid);

/* Read all of it, at once or as soon as the collector that runs has ended. */
void rescan_all(struct rescan *rescan);

/* Forget what is to be read, and end the collector; until rescan_all() there is none. */
void rescan_forget(struct rescan *rescan);

/*
 * Whether its collector is at work. One that takes minutes may hang, and is then no reason to let
 * others wait.
 */
bool rescan_is_at_work(const struct rescan *rescan);
