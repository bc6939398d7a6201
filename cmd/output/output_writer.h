/* SPDX-License-Identifier: Apache-2.0 */
/* A form of output: what cmd/output/output.c calls, one file per form. */
#pragma once

#include "cmd/output/output.h"

struct output {
  const struct output_writer *writer;
  const struct output_options *options;
  FILE *out;
  guint results; /* sets of rows that will come */
  guint result;  /* the number of this one, from 0 */
  guint64 rows;  /* of this one so far */
  const struct output_column *columns;
  guint count;
  gpointer state; /* the writer's own, from begin to discard */
  bool open;      /* a set has begun and not ended */
};

struct output_writer {
  const char *format;
  void (*begin)(struct output *output);
  void (*row)(struct output *output, const struct cell *cells);
  void (*end)(struct output *output);     /* the set is complete */
  void (*discard)(struct output *output); /* free the state, after the end or without one */
  void (*finish)(struct output *output); /* after the last set; any but begin and row may be NULL */
};

extern const struct output_writer output_table, output_json, output_jsonl, output_csv;
