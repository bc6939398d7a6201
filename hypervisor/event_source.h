/* SPDX-License-Identifier: Apache-2.0 */
/* A hypervisor's events: what happens to its domains, and when the connection is lost. */
#pragma once

#include "hypervisor/connection.h"
#include "hypervisor/event.h"

/* Called in the thread of the event loop, for one event after another. */
typedef void (*event_sink)(const struct event *event, gpointer data);

struct event_source;
typedef struct event_source EventSource;

/*
 * Subscribe to the events of a connection that was opened while an event_loop turned. From its
 * return on every change reaches `sink`. NULL with HYPERVISOR_ERROR_UNSUPPORTED where the driver
 * tells no events, and with HYPERVISOR_ERROR_REFUSED for any other failure.
 */
struct event_source *event_source_new(virConnectPtr connection, event_sink sink, gpointer data,
                                      GError **error);

/* Unsubscribe, not from the sink. An event may still be under way until the loop is stopped. */
void event_source_free(struct event_source *source); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EventSource, event_source_free)
