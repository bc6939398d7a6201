/* SPDX-License-Identifier: Apache-2.0 */
/* libvirt's callbacks become events. */
#include "hypervisor/event_source.h"

#include "hypervisor/foreign_text.h"

#include <libvirt/virterror.h>

/* Callbacks of libvirt have numbers, from 0 on. */
#define NOT_REGISTERED (-1)

struct event_source {
  virConnectPtr connection;
  int lifecycle, agent; /* callbacks */
  event_sink sink;
  gpointer data;
};

static const char *
word_of(const char *const *words, size_t count, int number, const char *unknown)
{
  return number >= 0 && (size_t)number < count ? words[number] : unknown;
}

static void
tell(const struct event_source *source, virDomainPtr domain, const char *what)
{
  char uuid[VIR_UUID_STRING_BUFLEN];
  g_autoptr(Event) event = event_new();

  if (virDomainGetUUIDString(domain, uuid) < 0)
    return;
  event->event = g_strdup(EVENT_DOMAIN);
  event->uuid = g_strdup(uuid);
  event->name = foreign_text_clean(virDomainGetName(domain), FIELD_TEXT_MAX);
  event->what = g_strdup(what);
  source->sink(event, source->data);
}

/* A newer libvirt may have more of them. */
static int
on_lifecycle(G_GNUC_UNUSED virConnectPtr connection, virDomainPtr domain, int type,
             G_GNUC_UNUSED int detail, void *data)
{
  static const char *const words[] = {
      [VIR_DOMAIN_EVENT_DEFINED] = "defined",   [VIR_DOMAIN_EVENT_UNDEFINED] = "undefined",
      [VIR_DOMAIN_EVENT_STARTED] = "started",   [VIR_DOMAIN_EVENT_SUSPENDED] = "suspended",
      [VIR_DOMAIN_EVENT_RESUMED] = "resumed",   [VIR_DOMAIN_EVENT_STOPPED] = "stopped",
      [VIR_DOMAIN_EVENT_SHUTDOWN] = "shutdown", [VIR_DOMAIN_EVENT_PMSUSPENDED] = "pmsuspended",
      [VIR_DOMAIN_EVENT_CRASHED] = "crashed",
  };

  tell(data, domain, word_of(words, G_N_ELEMENTS(words), type, "changed"));
  return 0;
}

static void
on_agent(G_GNUC_UNUSED virConnectPtr connection, virDomainPtr domain, G_GNUC_UNUSED int state,
         G_GNUC_UNUSED int reason, void *data)
{
  tell(data, domain, "agent");
}

static void
on_close(G_GNUC_UNUSED virConnectPtr connection, int reason, void *data)
{
  static const char *const reasons[] = {
      [VIR_CONNECT_CLOSE_REASON_ERROR] = "the connection broke",
      [VIR_CONNECT_CLOSE_REASON_EOF] = "libvirt hung up",
      [VIR_CONNECT_CLOSE_REASON_KEEPALIVE] = "libvirt no longer answers",
      [VIR_CONNECT_CLOSE_REASON_CLIENT] = "the connection was closed",
  };
  const struct event_source *source = data;
  g_autoptr(Event) event = event_new();

  event->event = g_strdup(EVENT_LOST);
  event->why = g_strdup(word_of(reasons, G_N_ELEMENTS(reasons), reason, "it ended"));
  source->sink(event, source->data);
}

/* A driver inside this process has no connection that could be lost, nor every driver agents. */
static bool
subscribe(struct event_source *source, GError **error)
{
  source->lifecycle =
      virConnectDomainEventRegisterAny(source->connection, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                       VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle), source, NULL);
  if (source->lifecycle == NOT_REGISTERED) {
    const bool unknown = virGetLastErrorCode() == VIR_ERR_NO_SUPPORT;

    connection_set_error(error, unknown ? HYPERVISOR_ERROR_UNSUPPORTED : HYPERVISOR_ERROR_REFUSED,
                         "cannot subscribe to the events of domains");
    return false;
  }
  source->agent = virConnectDomainEventRegisterAny(
      source->connection, NULL, VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE,
      VIR_DOMAIN_EVENT_CALLBACK(on_agent), source, NULL);
  virConnectRegisterCloseCallback(source->connection, on_close, source, NULL);
  return true;
}

struct event_source *
event_source_new(virConnectPtr connection, event_sink sink, gpointer data, GError **error)
{
  g_autoptr(EventSource) source = g_new(struct event_source, 1);

  *source = (struct event_source){connection, NOT_REGISTERED, NOT_REGISTERED, sink, data};
  virConnectRef(connection);
  return subscribe(source, error) ? g_steal_pointer(&source) : NULL;
}

static void
unsubscribe(virConnectPtr connection, int callback)
{
  if (callback != NOT_REGISTERED)
    virConnectDomainEventDeregisterAny(connection, callback);
}

void
event_source_free(struct event_source *source)
{
  if (!source)
    return;
  unsubscribe(source->connection, source->lifecycle);
  unsubscribe(source->connection, source->agent);
  virConnectUnregisterCloseCallback(source->connection, on_close);
  virConnectClose(source->connection);
  g_free(source);
}
