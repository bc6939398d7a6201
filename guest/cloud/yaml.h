/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One YAML document as a tree, from hostile bytes, by libyaml's events: bounded in size, depth,
 * nodes and what aliases may add. Tags other than those of plain YAML, and duplicate keys, are
 * refused, since programs that read them differ. "<<" merges mappings, as PyYAML does
 * (constructor.py, flatten_mapping), by which cloud-init reads.
 */
#pragma once

#include "guest/text.h"

#include <glib.h>
#include <stdbool.h>

enum yaml_kind {
  YAML_SCALAR,
  YAML_SEQUENCE,
  YAML_MAPPING,
};

struct yaml_node {
  enum yaml_kind kind;
  guint line, column; /* from 1 */
  bool is_plain;    /* a scalar without quotes: only such may be null, a number or a truth value */
  char *text;       /* of a scalar: UTF-8 without NUL */
  GPtrArray *items; /* of struct yaml_node: of a sequence; values of a mapping */
  GPtrArray *keys;  /* char *: of a mapping, beside `items` */
};

#define YAML_BYTES_MAX   ((gsize)1 << 20)
#define YAML_DEPTH_MAX   64
#define YAML_NODES_MAX   100000 /* what aliases repeat is counted as often */
#define YAML_ALIASES_MAX 1000
#define YAML_KEY_MAX     1024 /* bytes of a key: merged mappings ("<<") repeat them */

#define YAML_ERROR (yaml_error_quark())
GQuark yaml_error_quark(void);
enum yaml_error {
  YAML_ERROR_MALFORMED,
  YAML_ERROR_TOO_LARGE, /* over a limit above */
};

struct yaml;
typedef struct yaml Yaml;

/* NULL with a YAML_ERROR whose message begins with "LINE:COLUMN: ". */
struct yaml *yaml_parse(struct text text, GError **error);

/* NULL is fine. Its name is no other since libyaml has a yaml_free(), which it would replace. */
void yaml_release(struct yaml *yaml);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Yaml, yaml_release)

/* NULL of an empty document. */
const struct yaml_node *yaml_root(const struct yaml *yaml);

/* The value of a key; NULL when there is none, or when `node` is NULL or no mapping. */
const struct yaml_node *yaml_get(const struct yaml_node *node, const char *key);

/* The text of a scalar; NULL of anything else, and of a plain null. */
const char *yaml_text(const struct yaml_node *node);

/* 1 and 0 of a plain truth value as PyYAML reads them (yes, no, on, off, …); else -1. */
int yaml_truth(const struct yaml_node *node);
