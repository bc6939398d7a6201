/* SPDX-License-Identifier: Apache-2.0 */
/* Building a tree out of the events of libyaml, within the limits of guest/cloud/yaml.h. */
#pragma once

#include "guest/cloud/yaml_tree.h"

#include <yaml.h>

struct yaml_build {
  struct yaml *yaml;   /* the caller's */
  GArray *frames;      /* of struct yaml_frame, innermost last */
  GHashTable *anchors; /* by name */
  guint nodes, aliases;
};

void yaml_build_init(struct yaml_build *build, struct yaml *yaml);
void yaml_build_clear(struct yaml_build *build);

/* Take the next event, which stays the caller's. False with a YAML_ERROR of yaml_refuse(). */
bool yaml_build_event(struct yaml_build *build, const yaml_event_t *event, GError **error);
