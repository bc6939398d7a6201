/* SPDX-License-Identifier: Apache-2.0 */
/* A collector that runs, as a source of GLib's main loop. */
#pragma once

#include "cmd/fleet/collector.h"

/* The collector has ended: collector_finish() it. */
typedef void (*collector_ended)(struct collector *collector, gpointer data);

/*
 * Watch a collector, which stays the caller's and must not be freed before the source is, in the
 * default main context. Returns the source's number; it goes by itself before `ended` is called.
 */
guint collector_source_add(struct collector *collector, collector_ended ended, gpointer data);
