/* SPDX-License-Identifier: Apache-2.0 */
/* Giving up everything that a reader does not need. */
#pragma once

#include "guest/reader_protocol.h"

/* Who a reader is when root started it: nobody. */
#define SANDBOX_UID 65534
#define SANDBOX_GID 65534

#define SANDBOX_MEMORY_MAX ((guint64)1 << 30) /* bytes of address space */
#define SANDBOX_CPU_MAX_S  60                 /* seconds of CPU time, then SIGXCPU */
#define SANDBOX_FILES_MAX  (READER_SOCKET + 1 + READER_FILES_MAX)

/*
 * From its return on this process, which must have one thread, can read its open files at offsets,
 * allocate memory, exchange messages over `socket`, and end; any other system call kills it. When
 * it was root it is nobody, without groups. It holds no capability, gains no privilege, leaves no
 * core, cannot be traced, and dies with the thread that started it.
 *
 * Libraries that open something at first use are used once before: the random seed of jansson, the
 * messages of g_strerror(). False with READER_ERROR_START when any of it could not be had: the
 * process is then fit for nothing but its end.
 */
bool sandbox_enter(int socket, GError **error);
