/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What watching keeps: facts as they come, and soon after them an audit. The ledger is opened and
 * locked for each of these moments only. Works in the main loop of GLib.
 */
#pragma once

#include "cmd/watch/rescan.h"

struct watch_ledger_options {
  const char *path;
  const struct config *config; /* whose policy, as its files say then, each audit goes by */
  const char *rules_folder;
  const char *prom;              /* file of metrics to write after each audit; NULL for none */
  const char *const *configured; /* as in struct ingest_options */
};

struct watch_ledger;

/* The options must live as long. New. */
struct watch_ledger *watch_ledger_new(const struct globals *globals,
                                      const struct watch_ledger_options *options);

/* Run the audit that is still due. NULL is fine. */
void watch_ledger_free(struct watch_ledger *ledger);

/* Whether the lock can be had. Why it cannot, be it that a scan runs, is told once. */
bool watch_ledger_is_free(struct watch_ledger *ledger);

/* Keep what a collector of the target left; takes it over. */
enum rescan_outcome watch_ledger_keep(struct watch_ledger *ledger, const struct target *target,
                                      struct collected *collected);
