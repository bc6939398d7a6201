/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Listening to a hypervisor: `virt-ledger events` as a process of its own, here or on the target's
 * host, its lines read strictly and no faster than a healthy hypervisor writes them. Works in the
 * main loop of GLib.
 */
#pragma once

#include "cmd/fleet/target.h"
#include "hypervisor/event.h"

struct listener_sink {
  void (*connected)(gpointer data); /* from here on nothing is missed */
  void (*domain)(const struct event *event, gpointer data);
  void (*lost)(const char *why, gpointer data); /* the last call; may free the listener */
};

struct listener;

/* Start one. NULL with a GError when there is no process for it. */
struct listener *listener_start(const struct target *target, const struct listener_sink *sink,
                                gpointer data, GError **error);

/* End it with its children; NULL is fine. */
void listener_free(struct listener *listener);
