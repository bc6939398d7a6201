/* SPDX-License-Identifier: Apache-2.0 */
/* The system calls that a reader may make. */
#pragma once

#include <stdbool.h>

/* Defined in a build with sanitizers, which need more than the program does. */
#if defined(__SANITIZE_ADDRESS__)
#define SANDBOX_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANDBOX_SANITIZED
#endif
#endif

/* What a reader is there for. */
enum sandbox_kind {
  SANDBOX_DISK,      /* read its open files at offsets */
  SANDBOX_AGENT,     /* nothing but exchange messages */
  SANDBOX_DIRECTORY, /* find, open and read what is below one directory */
};

/*
 * Have every system call that a reader of this kind does not need kill the process from now on,
 * messages over other sockets than this included. False with errno.
 */
bool seccomp_filter_load(enum sandbox_kind kind, int socket);
