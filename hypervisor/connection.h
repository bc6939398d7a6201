/* SPDX-License-Identifier: Apache-2.0 */
/* Connections to one hypervisor, and what there is to know of the hypervisor itself. */
#pragma once

#include "facts/hypervisor.h"
#include "hypervisor/connection_uri.h"
#include "hypervisor/hypervisor_error.h"

#include <libvirt/libvirt.h>

/* Closing drops a reference; the last one hangs up. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virConnect, virConnectClose)

/*
 * Open a connection for reading. `uri` NULL means libvirt's own default (LIBVIRT_DEFAULT_URI, its
 * configuration, its probing). libvirt's errors become GErrors whose messages say what to do;
 * libvirt itself prints nothing, and asks nobody for a password. While an event loop turns
 * (hypervisor/event_loop.h), a connection to another machine that falls silent breaks within
 * half a minute: whatever waits on it fails. Close with virConnectClose().
 */
virConnectPtr connection_open(const char *uri, GError **error);

/* The same for more than reading: HYPERVISOR_ERROR_DENIED where that is not allowed. */
virConnectPtr connection_open_writing(const char *uri, GError **error);

/* Whether connection_open() of `uri` stays on this machine, as connection_uri_is_local() has it. */
bool connection_is_local(const char *uri);

/*
 * What a hypervisor is called that may not have been reached: the URI that was asked for; without
 * one, what libvirt chose, or, where `connection` is NULL, what it would have tried. Without a
 * password; new.
 */
char *connection_asked_uri(const char *uri, virConnectPtr connection);

/*
 * Facts of the hypervisor; domain_count is left unknown, and whatever the driver cannot tell. NULL
 * with HYPERVISOR_ERROR_REFUSED when the connection broke.
 */
struct hypervisor *connection_describe(virConnectPtr connection, GError **error);

/* The message of libvirt's last error in this thread, new: UTF-8, at most FOREIGN_MESSAGE_MAX. */
char *connection_last_message(void);

/*
 * Put libvirt's last error of this thread into `error`, as code `code`, after `context`. For the
 * other files of this folder.
 */
void connection_set_error(GError **error, enum hypervisor_error code, const char *context);
