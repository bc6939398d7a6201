/* SPDX-License-Identifier: Apache-2.0 */
/* A pool of threads, and the order in which guests come out. */
#include "guest/reader_crew.h"

#include "guest/reader_once.h"
#include "guest/reader_program.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define CREW_SIZE 16

/* A guest in the order they came in; while it is being read it has none. */
struct task {
  struct reader_job *job; /* until a thread takes it */
  struct guest *guest;
};

struct reader_crew {
  char *program;
  struct reader_once once;
  GThreadPool *threads; /* of tasks, which stay the queue's */
  GQueue tasks;         /* the caller's thread only */
  GMutex mutex;         /* guards every task's guest */
  GCond read;
};

static void
task_free(gpointer data)
{
  struct task *task = data;

  reader_job_free(task->job);
  guest_free(task->guest);
  g_free(task);
}

static void
read_task(gpointer data, gpointer user_data)
{
  struct task *task = data;
  struct reader_crew *crew = user_data;
  struct guest *guest = reader_once(&crew->once, g_steal_pointer(&task->job));

  g_mutex_lock(&crew->mutex);
  task->guest = guest;
  g_cond_signal(&crew->read);
  g_mutex_unlock(&crew->mutex);
}

static bool
refuse(const char *what, const char *why, GError **error)
{
  g_set_error(error, READER_ERROR, READER_ERROR_START, "no %s for readers: %s", what, why);
  return false;
}

/* All threads at once: one that fails to start later would leave its guest waiting. */
static bool
start_threads(struct reader_crew *crew, guint size, GError **error)
{
  g_autoptr(GError) failure = NULL;

  crew->once.stop = eventfd(0, EFD_CLOEXEC);
  if (crew->once.stop < 0)
    return refuse("eventfd", g_strerror(errno), error);
  crew->threads = g_thread_pool_new(read_task, crew, (gint)size, TRUE, &failure);
  return !failure || refuse("threads", failure->message, error);
}

struct reader_crew *
reader_crew_new(const struct reader_crew_options *options, reader_ask ask, gpointer data,
                GError **error)
{
  char *program = reader_program_find(options->program, error);

  if (!program)
    return NULL;
  struct reader_crew *crew = g_new0(struct reader_crew, 1);
  crew->program = program;
  crew->once.program = program;
  crew->once.deadline_ms = options->deadline_ms ? options->deadline_ms : READER_DEADLINE_MS;
  crew->once.ask = ask;
  crew->once.data = data;
  g_queue_init(&crew->tasks);
  g_mutex_init(&crew->mutex);
  g_cond_init(&crew->read);
  if (!start_threads(crew, options->size ? options->size : CREW_SIZE, error))
    g_clear_pointer(&crew, reader_crew_free);
  return crew;
}

static struct task *
enqueue(struct reader_crew *crew)
{
  struct task *task = g_new0(struct task, 1);

  g_queue_push_tail(&crew->tasks, task);
  return task;
}

void
reader_crew_submit(struct reader_crew *crew, struct reader_job *job)
{
  struct task *task = enqueue(crew);

  task->job = job;
  g_thread_pool_push(crew->threads, task, NULL);
}

void
reader_crew_submit_known(struct reader_crew *crew, struct guest *guest)
{
  enqueue(crew)->guest = guest;
}

static struct guest *
wait_for_guest(struct reader_crew *crew, struct task *task)
{
  g_mutex_lock(&crew->mutex);
  while (!task->guest)
    g_cond_wait(&crew->read, &crew->mutex);
  g_mutex_unlock(&crew->mutex);
  return g_steal_pointer(&task->guest);
}

void
reader_crew_finish(struct reader_crew *crew, reader_done done, gpointer data)
{
  struct task *task;

  while ((task = g_queue_pop_head(&crew->tasks))) {
    done(wait_for_guest(crew, task), data);
    task_free(task);
  }
}

void
reader_crew_free(struct reader_crew *crew)
{
  if (!crew)
    return;
  if (crew->threads) {
    eventfd_write(crew->once.stop, 1);
    g_thread_pool_free(crew->threads, TRUE, TRUE);
  }
  g_queue_clear_full(&crew->tasks, task_free);
  g_cond_clear(&crew->read);
  g_mutex_clear(&crew->mutex);
  if (crew->once.stop >= 0)
    close(crew->once.stop);
  g_free(crew->program);
  g_free(crew);
}
