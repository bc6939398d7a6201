/* SPDX-License-Identifier: Apache-2.0 */
/* A queue, a thread, and an eventfd that counts what it did. */
#include "cmd/fleet/outcome_queue.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct outcome_queue {
  collectors_done done;
  gpointer data;
  GAsyncQueue *waiting; /* of struct outcome */
  int counter;
  GThread *thread;
};

/* One without `collected` ends the thread. */
struct outcome {
  guint index;
  struct collected *collected;
};

static gpointer
work(gpointer data)
{
  struct outcome_queue *queue = data;

  for (;;) {
    g_autofree struct outcome *outcome = g_async_queue_pop(queue->waiting);

    if (!outcome->collected)
      return NULL;
    queue->done(outcome->index, outcome->collected, queue->data);
    eventfd_write(queue->counter, 1);
  }
}

static struct outcome *
outcome_new(guint index, struct collected *collected)
{
  struct outcome *outcome = g_new(struct outcome, 1);

  *outcome = (struct outcome){index, collected};
  return outcome;
}

static void
outcome_free(gpointer data)
{
  struct outcome *outcome = data;

  collected_free(outcome->collected);
  g_free(outcome);
}

struct outcome_queue *
outcome_queue_new(collectors_done done, gpointer data)
{
  struct outcome_queue *queue = g_new0(struct outcome_queue, 1);

  queue->done = done;
  queue->data = data;
  queue->waiting = g_async_queue_new_full(outcome_free);
  queue->counter = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (queue->counter < 0)
    g_error("no file to count with: %s", g_strerror(errno));
  queue->thread = g_thread_new("outcomes", work, queue);
  return queue;
}

int
outcome_queue_file(const struct outcome_queue *queue)
{
  return queue->counter;
}

void
outcome_queue_push(struct outcome_queue *queue, guint index, struct collected *collected)
{
  g_async_queue_push(queue->waiting, outcome_new(index, collected));
}

guint
outcome_queue_take_done(struct outcome_queue *queue)
{
  eventfd_t count = 0;

  return eventfd_read(queue->counter, &count) == 0 ? (guint)count : 0;
}

void
outcome_queue_free(struct outcome_queue *queue)
{
  g_async_queue_push_front(queue->waiting, outcome_new(0, NULL));
  g_thread_join(queue->thread);
  g_async_queue_unref(queue->waiting);
  close(queue->counter);
  g_free(queue);
}
