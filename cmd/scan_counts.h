/* SPDX-License-Identifier: Apache-2.0 */
/* How many guests of each hypervisor of a scan were read, and why the others were not. */
#pragma once

#include "store/ledger.h"

#include <jansson.h>

struct scan_counts;
typedef struct scan_counts ScanCounts;

/* Count the guests of these hypervisors (gint64). NULL when the ledger cannot say. */
struct scan_counts *scan_counts_new(struct ledger *ledger, const GArray *hypervisor_ids);
void scan_counts_free(struct scan_counts *counts); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScanCounts, scan_counts_free)

/*
 * Guests of one of them as a JSON object from status to count: "ok" first, then the most. A guest
 * into which several roads lead counts once, as read if one of them led there. Empty for an unknown
 * hypervisor; `counts` keeps it.
 */
json_t *scan_counts_of(const struct scan_counts *counts, gint64 hypervisor_id);
