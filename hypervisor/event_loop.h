/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libvirt's event loop, turned by a thread of its own. Whoever opens a connection while it turns
 * has keepalive, where that connection leads to a daemon, and its callbacks
 * (virConnectDomainEventRegisterAny(), virConnectRegisterCloseCallback()), which run in the loop's
 * thread.
 */
#pragma once

#include <glib.h>

struct event_loop;
typedef struct event_loop EventLoop;

/*
 * Start to turn it. At most one at a time in a process, before the connections that are to have it
 * are opened: libvirt decides then. Aborts when there can be no thread.
 */
struct event_loop *event_loop_start(void);

/* The loop that connection_open() of `uri` needs: NULL for one that stays on this machine. */
struct event_loop *event_loop_start_for(const char *uri);

/* Once those connections are closed; not from a callback. NULL is fine. */
void event_loop_stop(struct event_loop *loop);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EventLoop, event_loop_stop)
