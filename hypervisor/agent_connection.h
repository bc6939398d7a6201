/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking the guest agents of one hypervisor. libvirt allows it on a connection for writing only, so
 * this is a second connection beside the one that reads, opened with the first question. The
 * replies are passed on as they are: they are a guest's bytes.
 */
#pragma once

#include "hypervisor/hypervisor_error.h"

#include <glib.h>

struct agent_connection;
typedef struct agent_connection AgentConnection;

/* Nothing is opened yet. `uri` as for connection_open(). */
struct agent_connection *agent_connection_new(const char *uri);

/* Not while a question is under way. NULL is fine. */
void agent_connection_free(struct agent_connection *connection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AgentConnection, agent_connection_free)

/*
 * Put a command (JSON) to the agent of a domain and wait for its reply, `timeout_ms` rounded up to
 * libvirt's seconds, and where libvirt must first find out whether the agent listens, 5 seconds
 * more. From any thread, for a domain one at a time: they go side by side over the one connection.
 *
 * libvirtd executes 5 requests of a client at a time (max_client_requests) and reads no more of
 * them before one is done, so that 5 agents that hang would stop all others. Therefore at most
 * AGENT_CONNECTION_STRANGERS questions go at a time to agents that have not answered yet, or not
 * the last time; the others wait for their turn. That wait, and the time to connect, is nobody's
 * own: it goes to `ret_waited_ms`, always written, and does not count against `timeout_ms`. It
 * ends, since each question before does. An agent that answers and hangs later takes one of the 5
 * until its timeout.
 *
 * The reply, new, of any length up to libvirt's own limit (4 MiB). NULL with
 * HYPERVISOR_ERROR_AGENT_REFUSED (the agent's error: the message holds the guest's words),
 * HYPERVISOR_ERROR_AGENT_HOSTILE, HYPERVISOR_ERROR_AGENT_TIMEOUT, HYPERVISOR_ERROR_AGENT_GONE (not
 * connected, not running, no such domain), HYPERVISOR_ERROR_DENIED (no connection for writing, or
 * no permission), HYPERVISOR_ERROR_UNSUPPORTED (the driver has no agents), or as
 * connection_open_writing(), which is tried once. Source: virDomainQemuAgentCommand().
 */
#define AGENT_CONNECTION_STRANGERS 3
char *agent_connection_ask(struct agent_connection *connection, const char *domain_uuid,
                           const char *command, guint timeout_ms, guint *ret_waited_ms,
                           GError **error);
