/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A verb of ours as a process of its own, or the ssh(1) that leads to it on the target's host, with
 * everything that it starts.
 */
#pragma once

#include "cmd/fleet/target.h"

struct collector_process {
  GPid pid; /* leads a session of its own, without a terminal where it could ask for a password */
  int pidfd;
  int out, err; /* its standard output and error, to read without waiting */
};

/*
 * Start `virt-ledger VERB --request` with the target's request as its standard input. `verb` is
 * ours, not the user's: "collect", "events".
 */
bool collector_process_start(const struct target *target, const char *verb,
                             struct collector_process *ret_process, GError **error);

/* Kill what is left of it and of its children. Returns its status as of waitpid(2). */
int collector_process_end(struct collector_process *process);
