/* SPDX-License-Identifier: Apache-2.0 */
/* The public keys that a seed declares, as facts. */
#pragma once

#include "facts/cloud.h"
#include "guest/cloud/trouble.h"
#include "guest/cloud/yaml.h"

struct seed_keys {
  struct seed *seed;
  struct trouble *trouble;
  GHashTable *seen; /* "USER ENTRY" of each: cloud-init writes equal keys once */
};

void seed_keys_init(struct seed_keys *keys, struct seed *seed, struct trouble *trouble);
void seed_keys_clear(struct seed_keys *keys);

/*
 * Add the keys of a node for a user: a text of lines, a list of such texts, or a mapping whose
 * values are texts or lists; NULL is none. `what` is for details: "meta-data: public-keys".
 */
void seed_keys_add(struct seed_keys *keys, const char *user, const struct yaml_node *node,
                   const char *what);
