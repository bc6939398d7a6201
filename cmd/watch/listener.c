/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of a listening process become calls. */
#include "cmd/watch/listener.h"

#include "cmd/fleet/collector_process.h"
#include "cmd/fleet/stderr_tail.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#define CHUNK      ((size_t)32 << 10)
#define PAUSE_MS   100 /* between two chunks: whoever floods us waits */
#define CONNECT_MS 60000

/* Sources of the main loop, by what they wait for. */
enum { SOURCE_OUT, SOURCE_ERR, SOURCE_PAUSE, SOURCE_DEADLINE, SOURCES };

struct listener {
  const struct listener_sink *sink;
  gpointer data;
  struct collector_process process;
  struct stderr_tail tail;
  GString *line;          /* what has come of the next one */
  guint sources[SOURCES]; /* 0 for none */
  bool connected;
};

static void
drop_source(struct listener *listener, int source)
{
  if (listener->sources[source])
    g_source_remove(listener->sources[source]);
  listener->sources[source] = 0;
}

static void
drop_sources(struct listener *listener)
{
  for (int source = 0; source < SOURCES; source++)
    drop_source(listener, source);
}

/* The last thing that is done with a listener: it may be gone afterwards. */
static void
lose(struct listener *listener, const char *why)
{
  drop_sources(listener);
  listener->sink->lost(why, listener->data);
}

/* What a process leaves that ended without a word about it. */
static char *
describe_end(const struct listener *listener)
{
  char *words = stderr_tail_text(&listener->tail);

  return words ? words : g_strdup("the process that listens to it ended");
}

static void
tell_connected(struct listener *listener)
{
  listener->connected = true;
  drop_source(listener, SOURCE_DEADLINE);
  listener->sink->connected(listener->data);
}

/* False when it was the last one. */
static bool
take_event(struct listener *listener, const struct event *event)
{
  if (strcmp(event->event, EVENT_LOST) == 0) {
    lose(listener, event->why);
    return false;
  }
  const bool connects = strcmp(event->event, EVENT_CONNECTED) == 0;
  if (connects == listener->connected) {
    lose(listener, "it does not tell events: the first of them is that it is connected");
    return false;
  }
  if (connects)
    tell_connected(listener);
  else
    listener->sink->domain(event, listener->data);
  return true;
}

static bool
take_line(struct listener *listener, size_t length)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Event) event = event_parse(listener->line->str, length, &error);

  g_string_erase(listener->line, 0, (gssize)length + 1);
  if (event)
    return take_event(listener, event);
  g_autofree char *why = g_strdup_printf("it does not tell events: %s", error->message);
  lose(listener, why);
  return false;
}

static bool
take_lines(struct listener *listener)
{
  const char *end;

  while ((end = memchr(listener->line->str, '\n', listener->line->len)))
    if (!take_line(listener, (size_t)(end - listener->line->str)))
      return false;
  if (listener->line->len < EVENT_LINE_MAX)
    return true;
  lose(listener, "it does not tell events: a line without an end");
  return false;
}

/* False when nothing more will come. */
static bool
read_chunk(struct listener *listener)
{
  char chunk[CHUNK];
  ssize_t length = TEMP_FAILURE_RETRY(read(listener->process.out, chunk, sizeof(chunk)));

  if (length < 0 && errno == EAGAIN)
    return true;
  if (length > 0) {
    g_string_append_len(listener->line, chunk, length);
    return take_lines(listener);
  }
  g_autofree char *why = describe_end(listener);
  lose(listener, why);
  return false;
}

static gboolean on_pause_over(gpointer data);

/* Our output or error stream has something: both are read, and then none for a while. */
static gboolean
on_readable(G_GNUC_UNUSED int fd, G_GNUC_UNUSED GIOCondition condition, gpointer data)
{
  struct listener *listener = data;

  stderr_tail_read(&listener->tail, listener->process.err);
  if (!read_chunk(listener))
    return G_SOURCE_REMOVE;
  drop_source(listener, SOURCE_OUT);
  drop_source(listener, SOURCE_ERR);
  listener->sources[SOURCE_PAUSE] = g_timeout_add(PAUSE_MS, on_pause_over, listener);
  return G_SOURCE_REMOVE;
}

/* Wait for the next bytes. */
static void
resume(struct listener *listener)
{
  const int fds[] = {[SOURCE_OUT] = listener->process.out, [SOURCE_ERR] = listener->process.err};

  for (size_t i = 0; i < G_N_ELEMENTS(fds); i++)
    if (i != SOURCE_ERR || !listener->tail.ended)
      listener->sources[i] =
          g_unix_fd_add(fds[i], G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, listener);
}

static gboolean
on_pause_over(gpointer data)
{
  struct listener *listener = data;

  listener->sources[SOURCE_PAUSE] = 0;
  resume(listener);
  return G_SOURCE_REMOVE;
}

static gboolean
on_deadline(gpointer data)
{
  struct listener *listener = data;

  listener->sources[SOURCE_DEADLINE] = 0;
  lose(listener, "it did not answer within a minute");
  return G_SOURCE_REMOVE;
}

struct listener *
listener_start(const struct target *target, const struct listener_sink *sink, gpointer data,
               GError **error)
{
  struct collector_process process;

  if (!collector_process_start(target, "events", &process, error))
    return NULL;
  struct listener *listener = g_new0(struct listener, 1);
  listener->sink = sink;
  listener->data = data;
  listener->process = process;
  listener->line = g_string_new(NULL);
  listener->sources[SOURCE_DEADLINE] = g_timeout_add(CONNECT_MS, on_deadline, listener);
  resume(listener);
  return listener;
}

void
listener_free(struct listener *listener)
{
  if (!listener)
    return;
  drop_sources(listener);
  collector_process_end(&listener->process);
  stderr_tail_clear(&listener->tail);
  g_string_free(listener->line, TRUE);
  g_free(listener);
}
