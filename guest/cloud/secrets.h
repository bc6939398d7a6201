/* SPDX-License-Identifier: Apache-2.0 */
/* Which values of a document are secret: their names, by which users find them, and no value. */
#pragma once

#include "guest/cloud/yaml.h"

#define SECRETS_MAX 256

/*
 * Add the names (char *) of a document's secret values, `prefix` before each: "users[0].passwd". A
 * value is secret for its key, for where it is, or for what it looks like; empty ones are none.
 */
void secrets_find(const struct yaml_node *root, const char *prefix, GPtrArray *names);
