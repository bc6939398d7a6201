/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seeds of cloud-init, of a guest or of a domain's definition: a row of each, and lists of its
 * users and keys.
 */
#pragma once

#include "facts/cloud.h"
#include "store/fact_table.h"

enum keeper_seeds_table { SEED, SEED_USER, SEED_KEY, SEED_TABLES };

/* By the owner: a guest, whose road is theirs; a domain, where the road is 'xml'. */
extern const struct fact_sql keeper_seeds_of_guest[SEED_TABLES];
extern const struct fact_sql keeper_seeds_of_domain[SEED_TABLES];

/* Whether nothing is named twice; else STORE_ERROR_STREAM. */
bool keeper_seeds_check(GPtrArray *seeds, GError **error);

/*
 * Keep a list of seeds in the tables of its owner. Those that are not in it end only when it is
 * `whole`. False with STORE_ERROR.
 */
bool keeper_seeds_keep(struct fact_table *const *tables, const struct fact_place *owner,
                       GPtrArray *seeds, bool whole, GError **error);
