/* SPDX-License-Identifier: Apache-2.0 */
/* A sequence or mapping of YAML whose end has not come yet. */
#pragma once

#include "guest/cloud/yaml_tree.h"

/* What a node and all below it amount to, aliases replaced. */
struct yaml_extent {
  guint nodes;
  guint depth; /* 1 of a scalar */
};

struct yaml_frame {
  struct yaml_node *node;
  struct yaml_extent extent;
  char *anchor;       /* NULL without */
  GHashTable *keys;   /* of a mapping: those of `node`, which owns them */
  GPtrArray *merged;  /* of a mapping: values of its key "<<" */
  bool awaits_merged; /* that key was the last thing added */
};

/* For an empty collection. */
void yaml_frame_init(struct yaml_frame *frame, struct yaml_node *node, const char *anchor);
void yaml_frame_clear(struct yaml_frame *frame);

/*
 * Add the next item, or in a mapping the next key or value by turns; what is below it is counted by
 * yaml_frame_widen(). False with a YAML_ERROR of yaml_refuse().
 */
bool yaml_frame_add(struct yaml_frame *frame, struct yaml_node *node, GError **error);

/* Count something that was added. */
void yaml_frame_widen(struct yaml_frame *frame, struct yaml_extent extent);

/*
 * All has been added: give a mapping what "<<" merges into it (PyYAML's constructor.py,
 * flatten_mapping). False with a YAML_ERROR of yaml_refuse().
 */
bool yaml_frame_close(struct yaml_frame *frame, GError **error);
