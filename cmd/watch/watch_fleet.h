/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hypervisors that are watched, as one reading of the configuration has them, and their ledger.
 */
#pragma once

#include "cmd/fleet/scan_targets.h"
#include "cmd/verb.h"

struct watch_fleet_state {
  guint hosts;
  guint connected;
  guint known; /* connected once, or not to be reached */
};

/* A hypervisor was connected or lost. */
typedef void (*watch_fleet_changed)(const struct watch_fleet_state *state, gpointer data);

struct watch_fleet_options {
  const struct globals *globals;
  struct scan_choice choice;
  const char *rules_folder;
  watch_fleet_changed changed;
  gpointer data; /* of `changed` */
};

struct watch_fleet;

/*
 * Begin, in the main loop of GLib; takes the configuration over. NULL with G_OPTION_ERROR where the
 * choice names what is not configured. New.
 */
struct watch_fleet *watch_fleet_new(const struct watch_fleet_options *options,
                                    struct config *config, GError **error);

/* End all processes; what is in the ledger by then is still audited. NULL is fine. */
void watch_fleet_free(struct watch_fleet *fleet);

/* Read everything anew. */
void watch_fleet_read_all(struct watch_fleet *fleet);
