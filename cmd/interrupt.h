/* SPDX-License-Identifier: Apache-2.0 */
/* Being asked to end, as something to wait for beside all else. */
#pragma once

#include <signal.h>

struct interrupt {
  int fd; /* readable once a signal came; -1 when there can be none */
  sigset_t before;
};

/*
 * From now on SIGINT, SIGTERM and SIGHUP only make `fd` readable, those that are ignored excepted.
 * Threads must be started afterwards.
 */
void interrupt_begin(struct interrupt *ret_interrupt);

/* From now on they end us again, also those that came a second time. Once more does nothing. */
void interrupt_end(struct interrupt *interrupt);
