/* SPDX-License-Identifier: Apache-2.0 */
/* Knocking at every hypervisor. */
#pragma once

#include "cmd/fleet/collectors.h"
#include "cmd/output/output.h"

/*
 * Try the targets side by side, each asked to check (struct request), and write a row for each in
 * their order. Returns how many failed; -1 when the output takes no more, or when interrupted,
 * which `ret_interrupted` tells.
 */
int hosts_check(const GPtrArray *targets, const struct collectors_options *collectors,
                const struct output_options *how, bool *ret_interrupted);
