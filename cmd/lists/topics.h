/* SPDX-License-Identifier: Apache-2.0 */
/* The lists by topic, a file each; their columns are as in the views of docs/schema.md. */
#pragma once

#include "cmd/lists/lists.h"

/* The rest of a WHERE that :domains narrows, see struct list. */
#define IN_DOMAINS "(:domains IS NULL OR domain_id IN (SELECT value FROM json_each(:domains)))"
#define BY_DOMAIN  " WHERE " IN_DOMAINS
#define BY_KEY     BY_DOMAIN " AND fingerprint IN (SELECT value FROM json_each(:fingerprints))"

/* Each ended by one without a name. */
extern const struct list machines_lists[], guests_lists[], keys_lists[], cloud_lists[],
    records_lists[];
