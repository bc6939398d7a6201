/* SPDX-License-Identifier: Apache-2.0 */
/* Starting and ending readers by posix_spawn() and pidfd. */
#include "guest/reader_process.h"

#include "guest/reader_program.h"
#include "guest/reader_protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long a killed process may hang in the kernel before we go on without it. */
#define KILLED_WITHIN_MS 1000

/* Our signal handling is none of the reader's business. */
static int
set_signals(posix_spawnattr_t *attributes)
{
  sigset_t none, all;

  sigemptyset(&none);
  sigfillset(&all);
  int failed = posix_spawnattr_setsigmask(attributes, &none);
  if (!failed)
    failed = posix_spawnattr_setsigdefault(attributes, &all);
  return failed
             ? failed
             : posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

/* The socket first: its number here may be one of those that are taken next. */
static int
set_files(posix_spawn_file_actions_t *actions, int socket)
{
  int failed = posix_spawn_file_actions_adddup2(actions, socket, READER_SOCKET);

  if (!failed)
    failed = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDWR, 0);
  if (!failed)
    failed = posix_spawn_file_actions_adddup2(actions, STDIN_FILENO, STDOUT_FILENO);
  return failed ? failed : posix_spawn_file_actions_addclosefrom_np(actions, READER_SOCKET + 1);
}

/* Returns 0 or an error number. */
static int
spawn(const char *program, const char *road, int socket, pid_t *ret_pid)
{
  char *const arguments[] = {(char *)READER_PROGRAM, (char *)road, NULL};
  char *const environment[] = {NULL};
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;

  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  int failed = set_files(&actions, socket);
  if (!failed)
    failed = set_signals(&attributes);
  if (!failed)
    failed = posix_spawn(ret_pid, program, &actions, &attributes, arguments, environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failed;
}

static bool
refuse(const char *what, int number, GError **error)
{
  g_set_error(error, READER_ERROR, READER_ERROR_START, "%s: %s", what, g_strerror(number));
  return false;
}

bool
reader_process_start(const char *program, const char *road, struct reader_process *ret_process,
                     GError **error)
{
  struct reader_process process = {.pidfd = -1};
  int sockets[2];

  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
    return refuse("no socket for a reader", errno, error);
  process.socket = sockets[0];
  int failed = spawn(program, road, sockets[1], &process.pid);
  close(sockets[1]);
  if (!failed && (process.pidfd = pidfd_open(process.pid, 0)) < 0)
    failed = errno; /* it ends by itself: its socket is closed */
  if (failed) {
    close(process.socket);
    return refuse(program, failed, error);
  }
  *ret_process = process;
  return true;
}

/* Whether the process has ended within some milliseconds. */
static bool
wait_for_end(const struct reader_process *process, int timeout_ms, int *ret_status)
{
  struct pollfd event = {.fd = process->pidfd, .events = POLLIN};

  TEMP_FAILURE_RETRY(poll(&event, 1, timeout_ms));
  return waitpid(process->pid, ret_status, WNOHANG) == process->pid;
}

void
reader_process_end(struct reader_process *process, int grace_ms, int *ret_status)
{
  int status = SIGKILL;

  if (!wait_for_end(process, grace_ms, &status)) {
    pidfd_send_signal(process->pidfd, SIGKILL, NULL, 0);
    if (!wait_for_end(process, KILLED_WITHIN_MS, &status))
      status = SIGKILL;
  }
  close(process->pidfd);
  close(process->socket);
  *process = (struct reader_process){.pidfd = -1, .socket = -1};
  *ret_status = status;
}
