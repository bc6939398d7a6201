/* SPDX-License-Identifier: Apache-2.0 */
/* A thread that runs libvirt's own event loop until a timer of that loop tells it to end. */
#include "hypervisor/event_loop.h"

#include "hypervisor/connection.h"

#include <stdbool.h>

struct event_loop {
  GThread *thread;
  bool stopped; /* of the loop's thread alone */
};

static gpointer
turn(gpointer data)
{
  struct event_loop *loop = data;

  while (!loop->stopped && virEventRunDefaultImpl() == 0)
    ;
  return NULL;
}

struct event_loop *
event_loop_start(void)
{
  struct event_loop *loop = g_new0(struct event_loop, 1);

  virEventRegisterDefaultImpl();
  loop->thread = g_thread_new("events", turn, loop);
  return loop;
}

struct event_loop *
event_loop_start_for(const char *uri)
{
  return connection_is_local(uri) ? NULL : event_loop_start();
}

static void
on_stop(int timer, void *data)
{
  struct event_loop *loop = data;

  virEventRemoveTimeout(timer);
  loop->stopped = true;
}

void
event_loop_stop(struct event_loop *loop)
{
  if (!loop)
    return;
  virEventAddTimeout(0, on_stop, loop, NULL);
  g_thread_join(loop->thread);
  g_free(loop);
}
