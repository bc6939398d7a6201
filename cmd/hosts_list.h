/* SPDX-License-Identifier: Apache-2.0 */
/* The configured hypervisors and what the ledger knows of them, and those that only it knows. */
#pragma once

#include "cmd/fleet/config.h"
#include "cmd/output/output.h"
#include "store/ledger.h"

/*
 * Write a row for each. `ledger` NULL: nothing was scanned yet. False with an error, or without one
 * when the output takes no more.
 */
bool hosts_list(const struct config *config, struct ledger *ledger,
                const struct output_options *how, GError **error);
