/* SPDX-License-Identifier: Apache-2.0 */
/* One loop over all collectors that run: none of them is ever waited for alone. */
#include "cmd/fleet/collectors.h"

#include "cmd/file_limit.h"
#include "cmd/fleet/outcome_queue.h"
#include "cmd/fleet/progress.h"

#include <errno.h>

#define STARTS_AT_ONCE 8
#define TICK_MS        1000 /* how often the progress moves when nothing else does */

/* Of one collector, and of all else. */
#define FILES_EACH   8
#define FILES_BEYOND 64

struct running {
  guint index; /* of its target */
  struct collector *collector;
};

struct collectors {
  const GPtrArray *targets;
  const struct collectors_options *options;
  GArray *running; /* of struct running */
  GArray *files;   /* of struct pollfd: two of ours, then those of each collector */
  struct outcome_queue *outcomes;
  guint jobs, next, given, done; /* targets: started, handed over, dealt with */
  struct progress *progress;
  struct progress_state shown;
};

/* Those of `files` that are ours. */
enum { FILE_DONE, FILE_INTERRUPT, FILES_OWN };

/* How many collectors there are files for, once the limit is raised as far as it may be. */
static guint
jobs_by_files(guint jobs)
{
  const guint files = file_limit_raise(jobs * FILES_EACH + FILES_BEYOND);
  const guint left = files > FILES_BEYOND ? files - FILES_BEYOND : 0;

  return CLAMP(left / FILES_EACH, 1, jobs);
}

static const struct target *
target_at(const struct collectors *collectors, guint index)
{
  return collectors->targets->pdata[index];
}

static void
give(struct collectors *collectors, guint index, struct collected *collected)
{
  if (collected->trouble) {
    collectors->shown.failed++;
    collectors->shown.shown = target_shown(target_at(collectors, index));
  }
  collectors->given++;
  outcome_queue_push(collectors->outcomes, index, collected);
}

static void
start(struct collectors *collectors, guint index)
{
  const struct target *target = target_at(collectors, index);
  g_autoptr(GError) error = NULL;
  struct running running = {index, collector_start(target, &error)};

  if (running.collector)
    g_array_append_val(collectors->running, running);
  else
    give(collectors, index, collected_of_failure(target, error->message));
}

/* Streams that wait for the ledger take space on the disk: no more of them than collectors. */
static bool
has_free_slot(const struct collectors *collectors)
{
  return collectors->next < collectors->targets->len &&
         collectors->running->len < collectors->jobs &&
         collectors->given - collectors->done < collectors->jobs;
}

/* Not all at once: to start hundreds takes seconds, in which nobody would read the first ones. */
static void
fill_slots(struct collectors *collectors)
{
  for (guint i = 0; i < STARTS_AT_ONCE && has_free_slot(collectors); i++)
    start(collectors, collectors->next++);
}

static struct running *
running_at(const struct collectors *collectors, guint position)
{
  return &g_array_index(collectors->running, struct running, position);
}

static struct pollfd *
file_at(const struct collectors *collectors, guint position)
{
  return &g_array_index(collectors->files, struct pollfd, position);
}

static int
list_files(struct collectors *collectors)
{
  int timeout_ms = has_free_slot(collectors) ? 0 : TICK_MS;

  g_array_set_size(collectors->files, FILES_OWN + collectors->running->len * COLLECTOR_FILES);
  *file_at(collectors, FILE_DONE) =
      (struct pollfd){.fd = outcome_queue_file(collectors->outcomes), .events = POLLIN};
  *file_at(collectors, FILE_INTERRUPT) =
      (struct pollfd){.fd = collectors->options->interrupt->fd, .events = POLLIN};
  for (guint i = 0; i < collectors->running->len; i++) {
    const struct collector *collector = running_at(collectors, i)->collector;
    const int remaining_ms = collector_remaining_ms(collector);

    collector_wants(collector, file_at(collectors, FILES_OWN + i * COLLECTOR_FILES));
    timeout_ms = MIN(timeout_ms, remaining_ms);
  }
  return timeout_ms;
}

/* Whether there is something to do for it since the files were listed. */
static bool
is_due(const struct collectors *collectors, guint position)
{
  const struct pollfd *files = file_at(collectors, FILES_OWN + position * COLLECTOR_FILES);

  for (guint i = 0; i < COLLECTOR_FILES; i++)
    if (files[i].revents)
      return true;
  return collector_remaining_ms(running_at(collectors, position)->collector) == 0;
}

/* From the last to the first: one that ended leaves its place to the last, which had its turn. */
static void
step_all(struct collectors *collectors)
{
  for (guint i = collectors->running->len; i-- > 0;) {
    const struct running running = *running_at(collectors, i);

    if (!is_due(collectors, i) || collector_step(running.collector))
      continue;
    g_array_remove_index_fast(collectors->running, i);
    give(collectors, running.index, collector_finish(running.collector));
  }
}

/* Seconds since the first guest of the only target. */
static double
guests_s(const struct tally *tally)
{
  if (!tally || !tally->guests_begun_us)
    return 0;
  return (double)(g_get_monotonic_time() - tally->guests_begun_us) / G_USEC_PER_SEC;
}

static void
show(struct collectors *collectors)
{
  struct progress_state *shown = &collectors->shown;

  shown->targets = collectors->targets->len;
  shown->done = collectors->given;
  shown->running = collectors->running->len;
  if (shown->targets == 1) {
    shown->shown = target_shown(target_at(collectors, 0));
    shown->tally = shown->running ? collector_tally(running_at(collectors, 0)->collector) : NULL;
    shown->guests_s = guests_s(shown->tally);
  }
  progress_show(collectors->progress, shown);
}

/* False when interrupted. */
static bool
turn(struct collectors *collectors)
{
  const int timeout_ms = list_files(collectors);

  show(collectors);
  TEMP_FAILURE_RETRY(
      poll((struct pollfd *)(gpointer)collectors->files->data, collectors->files->len, timeout_ms));
  if (file_at(collectors, FILE_INTERRUPT)->revents)
    return false;
  collectors->done += outcome_queue_take_done(collectors->outcomes);
  step_all(collectors);
  return true;
}

static bool
run(struct collectors *collectors)
{
  while (collectors->done < collectors->targets->len) {
    fill_slots(collectors);
    if (!turn(collectors))
      return false;
  }
  return true;
}

static void
kill_all(struct collectors *collectors)
{
  for (guint i = 0; i < collectors->running->len; i++)
    collector_kill(running_at(collectors, i)->collector);
}

bool
collectors_run(const GPtrArray *targets, const struct collectors_options *options,
               collectors_done done, gpointer data)
{
  const guint jobs = options->jobs ? (guint)MIN(options->jobs, COLLECTORS_MAX) : COLLECTORS_AT_ONCE;
  struct collectors collectors = {
      .targets = targets,
      .options = options,
      .running = g_array_new(FALSE, FALSE, sizeof(struct running)),
      .files = g_array_new(FALSE, TRUE, sizeof(struct pollfd)),
      .outcomes = outcome_queue_new(done, data),
      .jobs = jobs_by_files(MIN(jobs, MAX(targets->len, 1))),
      .progress = progress_new(options->show_progress),
  };

  bool all = run(&collectors);
  progress_free(collectors.progress);
  kill_all(&collectors);
  /* What is being dealt with may take minutes. */
  if (!all)
    interrupt_end(options->interrupt);
  outcome_queue_free(collectors.outcomes);
  g_array_unref(collectors.files);
  g_array_unref(collectors.running);
  return all;
}
