/* SPDX-License-Identifier: Apache-2.0 */
/* What the parser of YAML and those who read its trees share. */
#pragma once

#include "guest/cloud/yaml.h"

struct yaml {
  GPtrArray *nodes; /* all of them, once each: what an alias repeats is one node in two places */
  const struct yaml_node *root;
};

/* Set a YAML_ERROR without the "LINE:COLUMN: " that it begins with in the end; false. */
bool yaml_refuse(enum yaml_error code, const char *why, GError **error);

/* A new node that `yaml` owns, text NULL, without items. */
struct yaml_node *yaml_add_node(struct yaml *yaml, enum yaml_kind kind);

/* A new, empty tree. */
struct yaml *yaml_new(void);
