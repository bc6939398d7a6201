/* SPDX-License-Identifier: Apache-2.0 */
/* virt-ledger db prune: forget old history, after saying how much of it. */
#pragma once

#include "cmd/verb.h"
#include "store/ledger.h"

struct prune_options {
  char *before; /* TIME|SCAN */
  bool dry_run, yes, vacuum;
};

/*
 * Show what would go; remove it with `yes`, or when the person at the terminal says so. The ledger
 * is open for writing.
 */
enum exit_status db_prune(const struct globals *globals, struct ledger *ledger,
                          const struct prune_options *options);
