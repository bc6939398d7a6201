/* SPDX-License-Identifier: Apache-2.0 */
/* Starting and killing collectors. */
#include "cmd/fleet/collector_process.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long a killed process may hang in the kernel before we go on without it. */
#define KILLED_WITHIN_MS 1000

static void
add(GPtrArray *argv, const char *word)
{
  g_ptr_array_add(argv, g_strdup(word));
}

/*
 * Everything after the destination is read by a shell there: it is fixed, and what varies goes over
 * standard input.
 */
static void
add_ssh(GPtrArray *argv, const struct ssh_destination *destination, const char *verb)
{
  add(argv, "ssh");
  add(argv, "ssh");
  add(argv, "-T");
  add(argv, "-oBatchMode=yes");
  add(argv, "-oServerAliveInterval=15"); /* a host that falls silent is lost in 45 seconds */
  if (destination->port) {
    add(argv, "-p");
    g_ptr_array_add(argv, g_strdup_printf("%d", destination->port));
  }
  add(argv, "--");
  if (destination->user)
    g_ptr_array_add(argv, g_strconcat(destination->user, "@", destination->host, NULL));
  else
    add(argv, destination->host);
  g_ptr_array_add(argv, g_strdup_printf("virt-ledger %s --request", verb));
}

static void
add_own(GPtrArray *argv, const char *verb, const char *reader)
{
  /* /proc names this very program even when its file was moved or replaced meanwhile. */
  add(argv, "/proc/self/exe");
  add(argv, "virt-ledger");
  add(argv, verb);
  add(argv, "--request");
  if (reader) {
    add(argv, "--reader");
    add(argv, reader);
  }
}

/* The program, and the words of its command line. */
static GPtrArray *
command_of(const struct target *target, const char *verb)
{
  GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);

  if (target->ssh)
    add_ssh(argv, target->ssh, verb);
  else
    add_own(argv, verb, target->reader);
  g_ptr_array_add(argv, NULL);
  return argv;
}

/* A file in memory that holds the request, at its start. -1 with an error. */
static int
request_file(const struct request *request, GError **error)
{
  int fd = memfd_create("virt-ledger-request", MFD_CLOEXEC);
  FILE *file = fd < 0 ? NULL : fdopen(dup(fd), "w");
  bool written = file && request_write(request, file);

  if (!written)
    g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_READ, "no memory for a request: %s",
                g_strerror(errno));
  if (file)
    fclose(file);
  if (written && lseek(fd, 0, SEEK_SET) == 0)
    return fd;
  if (fd >= 0)
    close(fd);
  return -1;
}

/* In the child, between fork and exec. */
static void
set_child_up(G_GNUC_UNUSED gpointer data)
{
  sigset_t none;

  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGPIPE, SIG_DFL);
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static bool
spawn(GPtrArray *argv, int request, struct collector_process *process, GError **error)
{
  const GSpawnFlags flags =
      G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_FILE_AND_ARGV_ZERO | G_SPAWN_SEARCH_PATH;

  return g_spawn_async_with_pipes_and_fds(NULL, (const char *const *)argv->pdata, NULL, flags,
                                          set_child_up, NULL, request, -1, -1, NULL, NULL, 0,
                                          &process->pid, NULL, &process->out, &process->err, error);
}

static void
close_files(const struct collector_process *process)
{
  const int files[] = {process->pidfd, process->out, process->err};

  for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
    if (files[i] >= 0)
      close(files[i]);
}

bool
collector_process_start(const struct target *target, const char *verb,
                        struct collector_process *ret_process, GError **error)
{
  g_autoptr(GPtrArray) argv = command_of(target, verb);
  struct collector_process process = {.pidfd = -1, .out = -1, .err = -1};
  int request = request_file(target->request, error);
  bool spawned = request >= 0 && spawn(argv, request, &process, error);

  if (request >= 0)
    close(request);
  if (!spawned)
    return false;
  process.pidfd = pidfd_open(process.pid, 0);
  if (process.pidfd >= 0 && g_unix_set_fd_nonblocking(process.out, TRUE, NULL) &&
      g_unix_set_fd_nonblocking(process.err, TRUE, NULL)) {
    *ret_process = process;
    return true;
  }
  g_set_error(error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED, "cannot watch a collector: %s",
              g_strerror(errno));
  collector_process_end(&process);
  return false;
}

int
collector_process_end(struct collector_process *process)
{
  struct pollfd event = {.fd = process->pidfd, .events = POLLIN};
  int status = SIGKILL;

  /* Before the leader is reaped: until then nobody else can have its number. */
  kill(-process->pid, SIGKILL);
  kill(process->pid, SIGKILL);
  TEMP_FAILURE_RETRY(poll(&event, 1, KILLED_WITHIN_MS));
  if (waitpid(process->pid, &status, WNOHANG) != process->pid)
    status = SIGKILL;
  close_files(process);
  return status;
}
