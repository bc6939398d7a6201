/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How cloud-init merges a document with what it has already: its Merge-Type, as far as top-level
 * keys are concerned (cloudinit/mergers of cloud-init 22.4).
 */
#pragma once

#include "guest/cloud/yaml.h"

enum merge_list {
  MERGE_LIST_REPLACE,
  MERGE_LIST_KEEP,
  MERGE_LIST_APPEND,
  MERGE_LIST_PREPEND,
};

struct merge_how {
  bool replaces;      /* a key that is there already; else mappings are merged and the rest kept */
  bool recurses_list; /* unless it replaces: lists are merged, as the next one says */
  enum merge_list list;
};

/* Of parts of user-data that say nothing: the last part with a key replaces it. */
extern const struct merge_how merge_how_parts;

/* Of documents of falling rank, as in cloud.cfg.d: the first document with a key keeps it. */
extern const struct merge_how merge_how_ranks;

/* What a text like "list(append)+dict(recurse_list)" says; `otherwise` of NULL or "". */
struct merge_how merge_how_of_text(const char *text, const struct merge_how *otherwise);

/* What a document's own merge_how or merge_type says. */
struct merge_how merge_how_of_document(const struct yaml_node *root,
                                       const struct merge_how *otherwise);

/* Whether a top-level key is one of these two, and no setting. */
bool merge_how_is_key(const char *key);
