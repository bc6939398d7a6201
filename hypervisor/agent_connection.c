/* SPDX-License-Identifier: Apache-2.0 */
/* One connection, the agents that were asked over it, and a gate for those that may hang. */
#include "hypervisor/agent_connection.h"

#include "hypervisor/agent_failure.h"
#include "hypervisor/connection.h"

#include <libvirt/libvirt-qemu.h>
#include <stdbool.h>

struct agent {
  virDomainPtr domain; /* NULL before the first question */
  bool answers;        /* it answered the last question */
};

struct agent_connection {
  char *uri;
  GMutex lock;
  GCond turn;
  virConnectPtr connection; /* NULL before the first question */
  GError *refused;          /* why there is no connection, and never will be */
  GHashTable *agents;       /* UUID -> struct agent */
  guint strangers;          /* questions under way to agents that do not answer yet */
};

static void
agent_free(gpointer data)
{
  struct agent *agent = data;

  if (agent->domain)
    virDomainFree(agent->domain);
  g_free(agent);
}

struct agent_connection *
agent_connection_new(const char *uri)
{
  struct agent_connection *connection = g_new0(struct agent_connection, 1);

  connection->uri = g_strdup(uri);
  g_mutex_init(&connection->lock);
  g_cond_init(&connection->turn);
  connection->agents = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, agent_free);
  return connection;
}

void
agent_connection_free(struct agent_connection *connection)
{
  if (!connection)
    return;
  g_hash_table_unref(connection->agents);
  g_clear_pointer(&connection->connection, virConnectClose);
  g_clear_error(&connection->refused);
  g_mutex_clear(&connection->lock);
  g_cond_clear(&connection->turn);
  g_free(connection->uri);
  g_free(connection);
}

/* Under the lock, so that the others wait for the one connection. */
static bool
connect_once(struct agent_connection *connection, GError **error)
{
  if (!connection->connection && !connection->refused) {
    connection->connection = connection_open_writing(connection->uri, &connection->refused);
    if (!connection->connection)
      g_prefix_error(&connection->refused, "guest agents want a connection for writing: ");
  }
  if (!connection->refused)
    return true;
  g_propagate_error(error, g_error_copy(connection->refused));
  return false;
}

/* libvirt's last error of this thread. */
static void
set_failure(GError **error, guint lasted_ms)
{
  const virError *failure = virGetLastError();
  g_autofree char *message = connection_last_message();

  g_set_error_literal(
      error, HYPERVISOR_ERROR,
      (gint)(failure ? agent_failure_meaning(failure, lasted_ms) : HYPERVISOR_ERROR_REFUSED),
      message);
}

static struct agent *
find_agent(struct agent_connection *connection, const char *uuid)
{
  struct agent *agent = g_hash_table_lookup(connection->agents, uuid);

  if (agent)
    return agent;
  agent = g_new0(struct agent, 1);
  g_hash_table_insert(connection->agents, g_strdup(uuid), agent);
  return agent;
}

/* With the lock held: the agent, when it is its turn, and whether it is a stranger then. */
static struct agent *
wait_for_turn(struct agent_connection *connection, const char *uuid, bool *ret_stranger,
              GError **error)
{
  if (!connect_once(connection, error))
    return NULL;
  struct agent *agent = find_agent(connection, uuid);
  while (!agent->answers && connection->strangers == AGENT_CONNECTION_STRANGERS)
    g_cond_wait(&connection->turn, &connection->lock);
  *ret_stranger = !agent->answers;
  connection->strangers += *ret_stranger;
  return agent;
}

static struct agent *
enter(struct agent_connection *connection, const char *uuid, bool *ret_stranger, GError **error)
{
  g_mutex_lock(&connection->lock);
  struct agent *agent = wait_for_turn(connection, uuid, ret_stranger, error);
  g_mutex_unlock(&connection->lock);
  return agent;
}

static void
leave(struct agent_connection *connection, struct agent *agent, bool stranger, bool answered)
{
  g_mutex_lock(&connection->lock);
  agent->answers = answered;
  connection->strangers -= stranger;
  g_cond_broadcast(&connection->turn);
  g_mutex_unlock(&connection->lock);
}

static guint
milliseconds_since(gint64 began)
{
  return (guint)((g_get_monotonic_time() - began) / 1000);
}

/* Outside the lock: nobody else asks this agent meanwhile. */
static char *
ask(const struct agent_connection *connection, const char *uuid, struct agent *agent,
    const char *command, guint timeout_ms)
{
  int timeout_s = (int)MAX(1, timeout_ms / 1000 + (timeout_ms % 1000 > 0));

  if (!agent->domain)
    agent->domain = virDomainLookupByUUIDString(connection->connection, uuid);
  if (!agent->domain)
    return NULL;
  return virDomainQemuAgentCommand(agent->domain, command, timeout_s, 0);
}

char *
agent_connection_ask(struct agent_connection *connection, const char *domain_uuid,
                     const char *command, guint timeout_ms, guint *ret_waited_ms, GError **error)
{
  gint64 came = g_get_monotonic_time();
  GError *failure = NULL;
  bool stranger;
  struct agent *agent = enter(connection, domain_uuid, &stranger, error);

  *ret_waited_ms = milliseconds_since(came);
  if (!agent)
    return NULL;
  gint64 began = g_get_monotonic_time();
  char *reply = ask(connection, domain_uuid, agent, command, timeout_ms);
  if (!reply)
    set_failure(&failure, milliseconds_since(began));
  leave(connection, agent, stranger,
        reply || g_error_matches(failure, HYPERVISOR_ERROR, HYPERVISOR_ERROR_AGENT_REFUSED));
  if (failure)
    g_propagate_error(error, failure);
  return reply;
}
