/* SPDX-License-Identifier: Apache-2.0 */
/* Chains: from an image down to its base, refusing whatever leads elsewhere. */
#pragma once

#include "facts/domain.h"
#include "hypervisor/image_table.h"

/*
 * Add what lies below the only image of `chain` (of struct image_entry) as its headers say, and
 * write chain, chain_depth, and the faults of links into the images.
 */
void image_chain_follow_headers(struct image_table *table, GPtrArray *chain);

/* The same as the domain's XML has it, where files cannot be read: nothing is concluded. */
void image_chain_follow_definition(struct image_table *table, const struct disk *disk,
                                   GPtrArray *chain);

/* Whether a <backingStore> names a path of the host. */
bool image_chain_names_path(const struct backing *backing);
