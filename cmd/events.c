/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virt-ledger events: what happens on one hypervisor, a line each (hypervisor/event.h), until the
 * connection is lost or nobody reads any more. `watch` runs one for each hypervisor, here or
 * through ssh, so that a libvirt that hangs or lies costs a process that can be ended.
 */
#include "cmd/fleet/request.h"
#include "cmd/output/message.h"
#include "cmd/verb.h"
#include "hypervisor/event_loop.h"
#include "hypervisor/event_source.h"
#include "hypervisor/foreign_text.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* libvirt may hang; then SIGALRM ends us. */
#define CONNECT_MAX_S    90
#define DISCONNECT_MAX_S 5

struct events_options {
  char *connect;
  bool request;
};

#define AT(member) offsetof(struct events_options, member)
static const struct verb_option options[] = {
    {"connect", 'c', OPTION_TEXT, AT(connect), "URI",
     "the hypervisor; without it what virsh would take"},
    {"request", 0, OPTION_FLAG, AT(request), NULL,
     "read what is asked for from standard input, as 'watch' writes it"},
    {0},
};
#undef AT

struct teller {
  GMutex lock; /* of standard output */
  int ended;   /* eventfd(2): the last line was written, or could not be */
};

/* With the lock held. */
static void
write_event(struct teller *teller, const struct event *event)
{
  const bool last = strcmp(event->event, EVENT_LOST) == 0;

  if (!event_write(event, stdout) || last)
    eventfd_write(teller->ended, 1);
}

static void
on_event(const struct event *event, gpointer data)
{
  struct teller *teller = data;

  g_mutex_lock(&teller->lock);
  write_event(teller, event);
  g_mutex_unlock(&teller->lock);
}

static void
write_connected(struct teller *teller)
{
  g_autoptr(Event) event = event_new();

  event->event = g_strdup(EVENT_CONNECTED);
  write_event(teller, event);
}

static void
write_lost(struct teller *teller, const char *why)
{
  g_autoptr(Event) event = event_new();

  event->event = g_strdup(EVENT_LOST);
  event->why = foreign_text_clean(why, FIELD_TEXT_MAX);
  write_event(teller, event);
}

/* The lock keeps whatever happens meanwhile behind the line that says we are connected. */
static struct event_source *
subscribe(struct teller *teller, virConnectPtr connection, GError **error)
{
  g_mutex_lock(&teller->lock);
  struct event_source *source = event_source_new(connection, on_event, teller, error);
  if (source)
    write_connected(teller);
  g_mutex_unlock(&teller->lock);
  return source;
}

/* Until the last line, or until whoever reads us is gone: a pipe's end says so by POLLERR. */
static void
wait_for_end(const struct teller *teller)
{
  struct pollfd files[] = {{.fd = STDOUT_FILENO}, {.fd = teller->ended, .events = POLLIN}};

  while (poll(files, G_N_ELEMENTS(files), -1) < 0 && errno == EINTR)
    ;
}

/* While the event loop turns. What is left to do at the end is to hang up. */
static bool
listen_in_loop(struct teller *teller, const char *uri, GError **error)
{
  g_autoptr(virConnect) connection = connection_open(uri, error);
  g_autoptr(EventSource) source = connection ? subscribe(teller, connection, error) : NULL;

  alarm(0);
  if (source)
    wait_for_end(teller);
  alarm(DISCONNECT_MAX_S);
  return source;
}

static bool
listen_to(struct teller *teller, const char *uri, GError **error)
{
  alarm(CONNECT_MAX_S);
  struct event_loop *loop = event_loop_start();
  bool listened = listen_in_loop(teller, uri, error);
  event_loop_stop(loop);
  return listened;
}

static enum exit_status
run(const struct globals *globals, gpointer data, G_GNUC_UNUSED char **arguments)
{
  const struct events_options *chosen = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(Request) request = chosen->request ? request_read(stdin, &error) : NULL;

  if (error) {
    message_error(globals, "%s", error->message);
    return EXIT_ERROR;
  }
  struct teller teller = {.ended = eventfd(0, EFD_CLOEXEC)};
  bool listened = listen_to(&teller, request ? request->uri : chosen->connect, &error);
  if (!listened)
    write_lost(&teller, error->message);
  close(teller.ended);
  return listened ? EXIT_OK : EXIT_ERROR;
}

const struct verb verb_events = {
    .name = "events",
    .summary = "what happens on a hypervisor, for 'watch'",
    .help = "Prints a JSON object a line for whatever happens to the domains of a hypervisor,\n"
            "until the connection is lost. 'virt-ledger watch' runs it; nobody else needs to.\n",
    .options = options,
    .options_size = sizeof(struct events_options),
    .hidden = true,
    .run = run,
};
