/* SPDX-License-Identifier: Apache-2.0 */
/* The states of a connection: waiting for the next attempt, connecting, connected. */
#include "cmd/watch/watch_host.h"

#include "cmd/output/message.h"
#include "cmd/watch/listener.h"

#define BACK_OFF_MS     1000 /* before the first attempt to connect again; then twice that, … */
#define BACK_OFF_MS_MAX 60000
#define STABLE_US       (60 * G_USEC_PER_SEC) /* a connection that held so long was a good one */

struct watch_host {
  const struct globals *globals;
  struct target *target;
  const struct watch_sink *sink;
  gpointer data;
  struct rescan *rescan;
  struct listener *listener; /* NULL while it waits for the next attempt */
  guint reconnect;           /* the timer of that; 0 for none */
  guint back_off_ms;         /* before the one after that */
  gint64 connected_us;       /* since when, monotonic; 0: not */
  bool known;
  char *trouble; /* that was told last; NULL when there is none */
};

void
watch_host_read_all(struct watch_host *host)
{
  /* When it is connected, it will be. */
  if (host->connected_us)
    rescan_all(host->rescan);
}

static void
on_connected(gpointer data)
{
  struct watch_host *host = data;

  host->connected_us = g_get_monotonic_time();
  host->known = true;
  g_clear_pointer(&host->trouble, g_free);
  message_note(host->globals, "%s: connected", target_shown(host->target));
  rescan_all(host->rescan);
  host->sink->changed(host->data);
}

static void
on_domain(const struct event *event, gpointer data)
{
  struct watch_host *host = data;

  message_detail(host->globals, "%s: %s %s", target_shown(host->target),
                 event->name ? event->name : event->uuid, event->what);
  rescan_domain(host->rescan, event->uuid);
}

/* Once, however often it is tried again. */
static void
tell_trouble(struct watch_host *host, const char *why)
{
  if (g_strcmp0(host->trouble, why) == 0)
    return;
  g_free(host->trouble);
  host->trouble = g_strdup(why);
  message_warning(host->globals, "%s: %s", target_shown(host->target), why);
}

static gboolean on_reconnect(gpointer data);

/* After 1, 2, 4, … seconds, each a quarter more or less, lest all come back at once. */
static void
back_off(struct watch_host *host)
{
  const gint32 delay_ms = (gint32)host->back_off_ms;

  host->reconnect = g_timeout_add((guint)g_random_int_range(delay_ms * 3 / 4, delay_ms * 5 / 4),
                                  on_reconnect, host);
  host->back_off_ms = MIN(host->back_off_ms * 2, BACK_OFF_MS_MAX);
}

static void
on_lost(const char *why, gpointer data)
{
  struct watch_host *host = data;

  tell_trouble(host, why);
  if (host->connected_us && g_get_monotonic_time() - host->connected_us >= STABLE_US)
    host->back_off_ms = BACK_OFF_MS;
  g_clear_pointer(&host->listener, listener_free);
  host->connected_us = 0;
  host->known = true;
  rescan_forget(host->rescan);
  back_off(host);
  host->sink->changed(host->data);
}

static gboolean
on_reconnect(gpointer data)
{
  static const struct listener_sink sink = {on_connected, on_domain, on_lost};
  struct watch_host *host = data;
  g_autoptr(GError) error = NULL;

  host->reconnect = 0;
  host->listener = listener_start(host->target, &sink, host, &error);
  if (!host->listener)
    on_lost(error->message, host);
  return G_SOURCE_REMOVE;
}

struct watch_host *
watch_host_new(const struct globals *globals, struct target *target, guint after_ms,
               const struct watch_sink *sink, gpointer data)
{
  struct watch_host *host = g_new0(struct watch_host, 1);

  host->globals = globals;
  host->target = target;
  host->sink = sink;
  host->data = data;
  host->rescan = rescan_new(globals, target, &sink->rescan, data);
  host->back_off_ms = BACK_OFF_MS;
  host->reconnect = g_timeout_add(after_ms, on_reconnect, host);
  return host;
}

void
watch_host_free(struct watch_host *host)
{
  if (!host)
    return;
  if (host->reconnect)
    g_source_remove(host->reconnect);
  listener_free(host->listener);
  rescan_free(host->rescan);
  g_free(host->trouble);
  g_free(host);
}

bool
watch_host_is_connected(const struct watch_host *host)
{
  return host->connected_us != 0;
}

bool
watch_host_is_at_work(const struct watch_host *host)
{
  return rescan_is_at_work(host->rescan);
}

bool
watch_host_is_known(const struct watch_host *host)
{
  return host->known;
}
