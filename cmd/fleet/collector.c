/* SPDX-License-Identifier: Apache-2.0 */
/* From the start of a collector to what is to be said of it. */
#include "cmd/fleet/collector.h"

#include "cmd/fleet/collector_process.h"
#include "cmd/fleet/spool.h"
#include "cmd/fleet/stderr_tail.h"
#include "facts/hypervisor.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHUNK ((size_t)64 << 10)

/* A process that has said all has little left to do. */
#define GRACE_US (10 * G_USEC_PER_SEC)

/* What shells say when there is no such program. */
#define STATUS_NOT_FOUND 127

struct collector {
  const struct target *target;
  struct collector_process process;
  struct spool spool;
  struct stderr_tail tail;
  gint64 begun_us, deadline_us;
  bool silent; /* it closed its standard output */
  bool late;
};

static void
collector_free(struct collector *collector)
{
  spool_close(&collector->spool);
  stderr_tail_clear(&collector->tail);
  g_free(collector);
}

void
collected_free(struct collected *collected)
{
  if (!collected)
    return;
  g_clear_pointer(&collected->stream, fclose);
  g_free(collected->trouble);
  g_free(collected);
}

struct collector *
collector_start(const struct target *target, GError **error)
{
  struct spool spool;
  struct collector_process process;

  if (!spool_open(&spool, target->stream_limit, error))
    return NULL;
  if (!collector_process_start(target, "collect", &process, error)) {
    spool_close(&spool);
    return NULL;
  }
  struct collector *collector = g_new0(struct collector, 1);
  collector->target = target;
  collector->process = process;
  collector->spool = spool;
  collector->begun_us = g_get_monotonic_time();
  collector->deadline_us = collector->begun_us + (gint64)target->deadline_s * G_USEC_PER_SEC;
  return collector;
}

void
collector_wants(const struct collector *collector, struct pollfd *ret_files)
{
  const struct collector_process *process = &collector->process;
  const int files[COLLECTOR_FILES] = {
      collector->silent ? -1 : process->out,
      collector->tail.ended ? -1 : process->err,
      process->pidfd,
  };

  for (size_t i = 0; i < COLLECTOR_FILES; i++)
    ret_files[i] = (struct pollfd){.fd = files[i], .events = POLLIN};
}

int
collector_remaining_ms(const struct collector *collector)
{
  gint64 left_us = collector->deadline_us - g_get_monotonic_time();

  return (int)CLAMP((left_us + 999) / 1000, 0, G_MAXINT);
}

/* Read once. True when there was something. */
static bool
read_stream(struct collector *collector)
{
  char chunk[CHUNK];
  ssize_t length = -1;

  if (collector->silent || collector->spool.wrong)
    return false;
  length = TEMP_FAILURE_RETRY(read(collector->process.out, chunk, sizeof chunk));
  if (length > 0) {
    spool_take(&collector->spool, chunk, (size_t)length);
    return true;
  }
  if (length == 0 || errno != EAGAIN) {
    collector->silent = true;
    collector->deadline_us = MIN(collector->deadline_us, g_get_monotonic_time() + GRACE_US);
  }
  return false;
}

static bool
has_exited(const struct collector *collector)
{
  struct pollfd event = {.fd = collector->process.pidfd, .events = POLLIN};

  return poll(&event, 1, 0) > 0;
}

bool
collector_step(struct collector *collector)
{
  const bool exited = has_exited(collector);

  stderr_tail_read(&collector->tail, collector->process.err);
  /* What it left in the pipe is read to the end; whoever else holds that open is not waited for. */
  while (read_stream(collector) && exited)
    ;
  if (collector->spool.wrong || exited)
    return false;
  collector->late = g_get_monotonic_time() >= collector->deadline_us;
  return !collector->late;
}

const struct tally *
collector_tally(const struct collector *collector)
{
  return &collector->spool.tally;
}

/* The words of a collector that failed; new, NULL when it had none. */
static char *
describe_words(const struct collector *collector)
{
  g_autofree char *words = stderr_tail_text(&collector->tail);
  const char *own = words;

  if (!words)
    return NULL;
  if (g_str_has_prefix(own, "virt-ledger: "))
    own += strlen("virt-ledger: ");
  if (collector->target->ssh)
    return g_strdup_printf("%s says: %s", collector->target->ssh->host, words);
  return g_strdup(own);
}

static char *
describe_exit(const struct collector *collector, int status)
{
  char *words = describe_words(collector);

  if (words)
    return words;
  return g_strdup_printf("the collector ended with status %d and without the end of its facts",
                         status);
}

/* Why a stream is not whole, new. */
static char *
describe(const struct collector *collector, int status)
{
  if (collector->spool.wrong)
    return g_strdup(collector->spool.wrong);
  if (collector->late && collector->silent)
    return g_strdup("it hung after it had broken off its facts");
  if (collector->late)
    return g_strdup_printf("killed at its deadline of %u s", collector->target->deadline_s);
  if (WIFSIGNALED(status))
    return g_strdup_printf("the collector was killed by signal %d (%s)", WTERMSIG(status),
                           g_strsignal(WTERMSIG(status)));
  if (collector->target->ssh && WEXITSTATUS(status) == STATUS_NOT_FOUND)
    return g_strdup_printf("virt-ledger is not installed on %s", collector->target->ssh->host);
  return describe_exit(collector, WEXITSTATUS(status));
}

/* Whether nothing of its stream can be used. */
static bool
has_failed(const struct collector *collector)
{
  return collector->spool.wrong || collector->spool.tally.counts[FACT_HYPERVISOR] == 0;
}

static const char *
end_status(const struct collector *collector)
{
  if (collector->late && !collector->spool.wrong)
    return END_TIMEOUT;
  return has_failed(collector) ? END_REFUSED : END_PARTIAL;
}

struct collected *
collector_finish(struct collector *collector)
{
  struct collected *collected = g_new0(struct collected, 1);
  const char *status = end_status(collector);
  int ended = collector_process_end(&collector->process);

  if (!spool_is_whole(&collector->spool))
    collected->trouble = describe(collector, ended);
  collected->failed = has_failed(collector);
  collected->stream =
      spool_finish(&collector->spool, collector->target, status, collected->trouble);
  collected->seconds = (double)(g_get_monotonic_time() - collector->begun_us) / G_USEC_PER_SEC;
  collector_free(collector);
  return collected;
}

struct collected *
collected_of_failure(const struct target *target, const char *why)
{
  struct collected *collected = g_new0(struct collected, 1);
  struct spool spool;

  spool_open_small(&spool);
  collected->failed = true;
  collected->trouble = g_utf8_make_valid(why, -1);
  collected->stream = spool_finish(&spool, target, END_REFUSED, collected->trouble);
  spool_close(&spool);
  return collected;
}

void
collector_kill(struct collector *collector)
{
  if (!collector)
    return;
  collector_process_end(&collector->process);
  collector_free(collector);
}
