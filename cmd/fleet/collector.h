/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A collector: `virt-ledger collect` as a process of its own, here or on the target's host, its
 * stream kept in a file until the ledger takes it.
 */
#pragma once

#include "cmd/fleet/tally.h"
#include "cmd/fleet/target.h"

#include <poll.h>
#include <stdio.h>

/* What a collector left behind. */
struct collected {
  FILE *stream;  /* whole, at its start: there is one, that says what happened, until it is taken */
  char *trouble; /* what went wrong, UTF-8 on one line; NULL when nothing did */
  bool failed;   /* the stream has no facts of the hypervisor */
  double seconds;
};
void collected_free(struct collected *collected); /* NULL is fine */

struct collector;

/*
 * Start one. NULL with a GError when there is no process, pipe or temporary file for it; the
 * hypervisor's own troubles come out at its end.
 */
struct collector *collector_start(const struct target *target, GError **error);

/*
 * The files that it waits for, COLLECTOR_FILES of them for poll(2), and for how many milliseconds
 * at most. A file that it no longer waits for is -1.
 */
#define COLLECTOR_FILES 3
void collector_wants(const struct collector *collector, struct pollfd *ret_files);
int collector_remaining_ms(const struct collector *collector);

/*
 * Take what there is to read, without waiting, and end the process when its deadline has come or
 * its stream is none. True while it goes on.
 */
bool collector_step(struct collector *collector);

/* What its stream says so far. */
const struct tally *collector_tally(const struct collector *collector);

/* End what still runs, and take the outcome. Frees the collector. Never NULL. */
struct collected *collector_finish(struct collector *collector);

/* What stands for a collector that could not be started: a stream with that reason. Never NULL. */
struct collected *collected_of_failure(const struct target *target, const char *why);

/* End it with its children and free it; NULL is fine. */
void collector_kill(struct collector *collector);
