/* SPDX-License-Identifier: Apache-2.0 */
/* Giving up everything that a reader does not need. */
#pragma once

#include "guest/reader_protocol.h"
#include "guest/seccomp_filter.h"

/* Who a reader is when root started it: nobody. */
#define SANDBOX_UID 65534
#define SANDBOX_GID 65534

#define SANDBOX_MEMORY_MAX ((guint64)1 << 30) /* bytes of address space */
#define SANDBOX_CPU_MAX_S  60                 /* seconds of CPU time, then SIGXCPU */
#define SANDBOX_FILES_MAX  (READER_SOCKET + 1 + READER_FILES_MAX)

struct sandbox {
  enum sandbox_kind kind;
  int socket;
  int directory; /* of SANDBOX_DIRECTORY, opened with O_PATH */
};

/*
 * From its return on this process, which must have one thread, can do what its kind is for,
 * allocate memory, exchange messages over the socket, and end; any other system call kills it. When
 * it was root it is nobody, without groups. It gains no privilege, leaves no core, cannot be
 * traced, and dies with the thread that started it. It holds no capability, with the one exception
 * below.
 *
 * A directory is left behind as `directory`, and nothing else can be read any more, by whatever
 * path: see sandbox_directory.h for its two walls, of which at least one stands. Behind the first a
 * reader that root started keeps CAP_DAC_READ_SEARCH, for the files in there are those of other
 * users.
 *
 * Libraries that open something at first use are used once before: the random seed of jansson, the
 * messages of g_strerror(). False with READER_ERROR_START when any of it could not be had: the
 * process is then fit for nothing but its end.
 */
bool sandbox_enter(const struct sandbox *sandbox, GError **error);
