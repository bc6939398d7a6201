/* SPDX-License-Identifier: Apache-2.0 */
/* Run a collector and spool its stream, so that a slow hypervisor never holds the ledger's lock. */
#include "cmd/collector.h"

#include "cmd/progress.h"
#include "hypervisor/connection_uri.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SPOOL_CHUNK ((size_t)64 << 10)

struct collector {
  GPid pid;
  int fd; /* its standard output */
  FILE *spool;
  gint64 deadline_us; /* monotonic; 0 for none */
  struct progress *progress;
};

static FILE *
spool_new(GError **error)
{
  g_autofree char *path = g_build_filename(g_get_tmp_dir(), "virt-ledger-XXXXXX", NULL);
  int fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600);
  FILE *spool = fd < 0 ? NULL : fdopen(fd, "w+");

  if (!spool)
    g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(errno),
                "cannot make a temporary file in %s: %s", g_get_tmp_dir(), g_strerror(errno));
  if (fd >= 0)
    unlink(path);
  return spool;
}

/* In the child, between fork and exec. */
static void
die_with_parent(G_GNUC_UNUSED gpointer data)
{
  prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static bool
collector_start(struct collector *collector, const struct collector_options *options,
                GError **error)
{
  g_autoptr(GPtrArray) argv = g_ptr_array_new();

  /* /proc names this very program even when its file was moved or replaced meanwhile. */
  g_ptr_array_add(argv, (char *)"/proc/self/exe");
  g_ptr_array_add(argv, (char *)"virt-ledger");
  g_ptr_array_add(argv, (char *)"collect");
  g_ptr_array_add(argv, (char *)"--quiet");
  if (options->uri) {
    g_ptr_array_add(argv, (char *)"--connect");
    g_ptr_array_add(argv, (char *)options->uri);
  }
  for (char *const *argument = options->arguments; argument && *argument; argument++)
    g_ptr_array_add(argv, *argument);
  g_ptr_array_add(argv, NULL);
  return g_spawn_async_with_pipes(
      NULL, (char **)argv->pdata, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_FILE_AND_ARGV_ZERO,
      die_with_parent, NULL, &collector->pid, NULL, &collector->fd, NULL, error);
}

/* Milliseconds for poll(2) until the deadline. */
static int
remaining_ms(const struct collector *collector)
{
  if (!collector->deadline_us)
    return -1;
  gint64 left_us = collector->deadline_us - g_get_monotonic_time();
  return (int)CLAMP(left_us / 1000, 0, G_MAXINT);
}

static bool
spool_failed(GError **error)
{
  g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(errno),
              "cannot keep the facts in %s: %s", g_get_tmp_dir(), g_strerror(errno));
  return false;
}

/* Spool until the collector closes its output. `ret_late` when its deadline came first. */
static bool
spool_all(struct collector *collector, bool *ret_late, GError **error)
{
  g_autofree char *chunk = g_malloc(SPOOL_CHUNK);
  struct pollfd readable = {.fd = collector->fd, .events = POLLIN};

  for (;;) {
    int ready = poll(&readable, 1, remaining_ms(collector));
    if (ready == 0) {
      *ret_late = true;
      return fflush(collector->spool) == 0 || spool_failed(error);
    }
    ssize_t length = ready > 0 ? read(collector->fd, chunk, SPOOL_CHUNK) : -1;
    if (length < 0 && errno == EINTR)
      continue;
    if (length <= 0)
      return fflush(collector->spool) == 0 || spool_failed(error);
    if (fwrite(chunk, 1, (size_t)length, collector->spool) != (size_t)length)
      return spool_failed(error);
    progress_feed(collector->progress, chunk, (size_t)length);
  }
}

static int
collector_reap(const struct collector *collector)
{
  int status = 0;

  while (waitpid(collector->pid, &status, 0) < 0 && errno == EINTR)
    ;
  return status;
}

static char *
describe(int status, bool late, guint deadline_s)
{
  if (late)
    return g_strdup_printf("killed at its deadline of %u s", deadline_s);
  if (WIFSIGNALED(status))
    return g_strdup_printf("the collector was killed by signal %d (%s)", WTERMSIG(status),
                           g_strsignal(WTERMSIG(status)));
  return NULL;
}

static FILE *
collect_and_rewind(struct collector *collector, const struct collector_options *options,
                   char **ret_trouble, GError **error)
{
  bool late = false;
  bool spooled = spool_all(collector, &late, error);

  if (!spooled || late)
    kill(collector->pid, SIGKILL);
  int status = collector_reap(collector);
  if (!spooled)
    return NULL;
  rewind(collector->spool);
  *ret_trouble = describe(status, late, options->deadline_s);
  return g_steal_pointer(&collector->spool);
}

FILE *
collector_run(const struct collector_options *options, char **ret_trouble, GError **error)
{
  struct collector collector = {.spool = spool_new(error), .fd = -1};

  if (!collector.spool)
    return NULL;
  if (options->deadline_s)
    collector.deadline_us = g_get_monotonic_time() + (gint64)options->deadline_s * G_USEC_PER_SEC;
  if (!collector_start(&collector, options, error)) {
    fclose(collector.spool);
    return NULL;
  }
  g_autofree char *shown =
      connection_uri_public(options->uri ? options->uri : "default hypervisor");
  collector.progress = progress_new(shown, options->show_progress);
  FILE *stream = collect_and_rewind(&collector, options, ret_trouble, error);
  progress_free(collector.progress);
  close(collector.fd);
  if (collector.spool)
    fclose(collector.spool);
  return stream;
}
