/* SPDX-License-Identifier: Apache-2.0 */
/* A copy of the ledger to try things on, which is gone afterwards. */
#pragma once

#include "cmd/verb.h"
#include "store/ledger.h"

/*
 * Run `work` on a copy of the ledger at `path`, empty when there is none, and return its status.
 * The work is done in a process of its own, so that the copy is removed also when a signal ends it.
 */
enum exit_status scratch_ledger_run(const struct globals *globals, const char *path,
                                    enum exit_status (*work)(Ledger *ledger, gpointer data),
                                    gpointer data);
