/* SPDX-License-Identifier: Apache-2.0 */
/* The readers together: who gets the next guest, and in which order guests come out. */
#include "guest/reader_pool.h"

#include "guest/reader_job.h"
#include "guest/reader_program.h"
#include "guest/reader_worker.h"

#include <poll.h>

#define FAILURES_MAX 3 /* readers lost one after the other without a guest being done */

/* A guest in the order they came in; without one while it is being read. */
struct result {
  struct guest *guest;
};

/* A reader, and where the guest of its job goes: NULL without a job, owned by the queue. */
struct place {
  struct reader_worker worker;
  struct result *result;
};

struct reader_pool {
  char *program;
  guint deadline_ms;
  reader_done done;
  gpointer data;
  struct place *places;
  struct pollfd *events; /* one for each place */
  guint place_count;
  GQueue results; /* of struct result */
  guint failures;
  char *failure; /* how the last of them was lost */
};

static void
result_free(gpointer data)
{
  struct result *result = data;

  guest_free(result->guest);
  g_free(result);
}

struct reader_pool *
reader_pool_new(const struct reader_pool_options *options, reader_done done, gpointer data,
                GError **error)
{
  char *program = reader_program_find(options->program, error);

  if (!program)
    return NULL;
  struct reader_pool *pool = g_new0(struct reader_pool, 1);
  pool->program = program;
  pool->deadline_ms = options->deadline_ms ? options->deadline_ms : READER_DEADLINE_MS;
  pool->done = done;
  pool->data = data;
  pool->place_count = options->readers ? options->readers : g_get_num_processors();
  pool->places = g_new0(struct place, pool->place_count);
  pool->events = g_new0(struct pollfd, pool->place_count);
  g_queue_init(&pool->results);
  for (guint i = 0; i < pool->place_count; i++)
    reader_worker_init(&pool->places[i].worker, pool->program, ROAD_DISK, pool->deadline_ms);
  return pool;
}

void
reader_pool_free(struct reader_pool *pool)
{
  if (!pool)
    return;
  for (guint i = 0; i < pool->place_count; i++)
    reader_worker_clear(&pool->places[i].worker);
  g_queue_clear_full(&pool->results, result_free);
  g_free(pool->failure);
  g_free(pool->events);
  g_free(pool->places);
  g_free(pool->program);
  g_free(pool);
}

/* A new last place in the order. */
static struct result *
enqueue(struct reader_pool *pool, struct guest *guest)
{
  struct result *result = g_new(struct result, 1);

  result->guest = guest;
  g_queue_push_tail(&pool->results, result);
  return result;
}

/* Hand over the guests that no unfinished one is before. */
static void
deliver(struct reader_pool *pool)
{
  struct result *result;

  while ((result = g_queue_peek_head(&pool->results)) && result->guest) {
    g_queue_pop_head(&pool->results);
    pool->done(g_steal_pointer(&result->guest), pool->data);
    result_free(result);
  }
}

static struct place *
find_place(struct reader_pool *pool, enum worker_state state)
{
  for (guint i = 0; i < pool->place_count; i++)
    if (pool->places[i].worker.state == state)
      return &pool->places[i];
  return NULL;
}

static bool
is_reading(const struct reader_pool *pool)
{
  for (guint i = 0; i < pool->place_count; i++)
    if (pool->places[i].result)
      return true;
  return false;
}

/* Milliseconds until the first deadline; 0 when nobody is waited for. */
static int
ms_left(const struct reader_pool *pool)
{
  int first = G_MAXINT;

  for (guint i = 0; i < pool->place_count; i++) {
    int left = reader_worker_ms_left(&pool->places[i].worker);

    if (left >= 0)
      first = MIN(first, left);
  }
  return first == G_MAXINT ? 0 : first;
}

static void
note_failure(struct reader_pool *pool, const char *failure)
{
  pool->failures++;
  g_free(pool->failure);
  pool->failure = g_strdup(failure);
}

static void
advance(struct reader_pool *pool, struct place *place)
{
  struct guest *guest = reader_worker_advance(&place->worker);

  if (guest) {
    g_steal_pointer(&place->result)->guest = guest;
    pool->failures = 0;
  } else if (place->worker.state == WORKER_NONE) {
    note_failure(pool, place->worker.failure);
  }
}

/* Wait until a reader says something, dies or is late, and see to it. */
static void
wait_for_readers(struct reader_pool *pool)
{
  for (guint i = 0; i < pool->place_count; i++) {
    const struct reader_worker *worker = &pool->places[i].worker;
    int socket = reader_worker_ms_left(worker) >= 0 ? worker->process.socket : -1;

    pool->events[i] = (struct pollfd){.fd = socket, .events = POLLIN};
  }
  poll(pool->events, pool->place_count, ms_left(pool));
  for (guint i = 0; i < pool->place_count; i++)
    if (pool->events[i].revents || reader_worker_ms_left(&pool->places[i].worker) == 0)
      advance(pool, &pool->places[i]);
  deliver(pool);
}

/*
 * Have one more reader on its way, where there is room. False when there is none left to wait for,
 * and none can be had.
 */
static bool
start_reader(struct reader_pool *pool, GError **error)
{
  struct place *place = find_place(pool, WORKER_NONE);
  g_autoptr(GError) failure = NULL;

  if (!place || find_place(pool, WORKER_STARTING))
    return true;
  if (pool->failures < FAILURES_MAX) {
    if (!reader_worker_start(&place->worker, &failure))
      note_failure(pool, failure->message);
    return true;
  }
  if (is_reading(pool))
    return true;
  g_set_error(error, READER_ERROR, READER_ERROR_START, "%s does not work: %s", pool->program,
              pool->failure);
  return false;
}

static struct place *
wait_for_idle_reader(struct reader_pool *pool, GError **error)
{
  struct place *place;

  while (!(place = find_place(pool, WORKER_IDLE))) {
    if (!start_reader(pool, error))
      return NULL;
    wait_for_readers(pool);
  }
  return place;
}

bool
reader_pool_submit(struct reader_pool *pool, struct reader_job *job, GError **error)
{
  g_autoptr(ReaderJob) owned = job;

  reader_job_see(job);
  struct place *place = wait_for_idle_reader(pool, error);

  if (!place)
    return false;
  struct guest *guest = reader_worker_give(&place->worker, g_steal_pointer(&owned));
  struct result *result = enqueue(pool, guest);
  if (!guest)
    place->result = result;
  deliver(pool);
  return true;
}

void
reader_pool_submit_known(struct reader_pool *pool, struct guest *guest)
{
  enqueue(pool, guest);
  deliver(pool);
}

void
reader_pool_finish(struct reader_pool *pool)
{
  while (is_reading(pool))
    wait_for_readers(pool);
  deliver(pool);
}
