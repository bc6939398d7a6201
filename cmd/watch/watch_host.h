/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One hypervisor that is watched: listened to, connected to again when it is lost, and read anew
 * where something changed. Works in the main loop of GLib.
 */
#pragma once

#include "cmd/watch/rescan.h"

struct watch_host;

struct watch_sink {
  struct rescan_sink rescan;
  void (*changed)(gpointer data); /* it was connected or lost */
};

/*
 * Watch a target from `after_ms` on, which must live as long and is not the caller's to change, as
 * rescan_new() has it. New.
 */
struct watch_host *watch_host_new(const struct globals *globals, struct target *target,
                                  guint after_ms, const struct watch_sink *sink, gpointer data);

/* End its processes. NULL is fine. */
void watch_host_free(struct watch_host *host);

/* Read all of it anew, as soon as that may be. */
void watch_host_read_all(struct watch_host *host);

bool watch_host_is_connected(const struct watch_host *host);
bool watch_host_is_at_work(const struct watch_host *host); /* as rescan_is_at_work() */

/* Whether it was connected once, or could not be. */
bool watch_host_is_known(const struct watch_host *host);
