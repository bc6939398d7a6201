/* SPDX-License-Identifier: Apache-2.0 */
/* One reader as a process of the collecting side: its start and its end. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

struct reader_process {
  pid_t pid;
  int pidfd;  /* the same process for sure, even when its number has been given away */
  int socket; /* our end */
};

/*
 * Start a program for a road, its only argument, with its end of a new socket as READER_SOCKET, our
 * standard error, and nothing else: neither other files nor an environment. False with
 * READER_ERROR_START.
 */
bool reader_process_start(const char *program, const char *road, struct reader_process *ret_process,
                          GError **error);

/*
 * Wait up to `grace_ms` for it to end by itself, kill it if it has not, and close the socket.
 * *ret_status is what waitpid() says, that of SIGKILL when it could not be waited for.
 */
void reader_process_end(struct reader_process *process, int grace_ms, int *ret_status);
