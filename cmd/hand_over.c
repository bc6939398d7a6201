/* SPDX-License-Identifier: Apache-2.0 */
/* A queue, a thread, and an eventfd that counts what it did. */
#include "cmd/hand_over.h"

#include <sys/eventfd.h>
#include <unistd.h>

struct hand_over {
  collectors_done done;
  gpointer data;
  GAsyncQueue *queue; /* of struct outcome */
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
  struct hand_over *hand_over = data;

  for (;;) {
    g_autofree struct outcome *outcome = g_async_queue_pop(hand_over->queue);

    if (!outcome->collected)
      return NULL;
    hand_over->done(outcome->index, outcome->collected, hand_over->data);
    eventfd_write(hand_over->counter, 1);
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

struct hand_over *
hand_over_new(collectors_done done, gpointer data)
{
  struct hand_over *hand_over = g_new0(struct hand_over, 1);

  hand_over->done = done;
  hand_over->data = data;
  hand_over->queue = g_async_queue_new_full(outcome_free);
  hand_over->counter = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (hand_over->counter < 0)
    g_error("no eventfd");
  hand_over->thread = g_thread_new("hand-over", work, hand_over);
  return hand_over;
}

int
hand_over_file(const struct hand_over *hand_over)
{
  return hand_over->counter;
}

void
hand_over_give(struct hand_over *hand_over, guint index, struct collected *collected)
{
  g_async_queue_push(hand_over->queue, outcome_new(index, collected));
}

guint
hand_over_take_done(struct hand_over *hand_over)
{
  eventfd_t count = 0;

  return eventfd_read(hand_over->counter, &count) == 0 ? (guint)count : 0;
}

void
hand_over_free(struct hand_over *hand_over)
{
  g_async_queue_push_front(hand_over->queue, outcome_new(0, NULL));
  g_thread_join(hand_over->thread);
  g_async_queue_unref(hand_over->queue);
  close(hand_over->counter);
  g_free(hand_over);
}
