/* SPDX-License-Identifier: Apache-2.0 */
/* Rows on standard output as table, JSON, JSON Lines or CSV; docs/virt-ledger.1 describes them. */
#pragma once

#include "cmd/options.h"
#include "cmd/output/cell.h"

#include <stdbool.h>
#include <stdio.h>

/* Options of every verb that prints rows: a member `output` of its options struct. */
struct output_options {
  char *format; /* one of output_formats; NULL: table */
  bool bytes, no_headings, no_csv_guard;
};

extern const char *const output_formats[];

/*
 * The rows of these options in a verb's table, where `type` is its options struct; of a verb that
 * has `formats` of its own, too.
 */
/* clang-format off */
#define OUTPUT_OPTIONS(type) OUTPUT_OPTIONS_IN(type, output_formats)
#define OUTPUT_OPTIONS_IN(type, formats)                                                         \
  {"format", 0, OPTION_TEXT, offsetof(type, output.format), "FORMAT", "form of the rows",        \
   formats},                                                                              \
  {"no-headings", 0, OPTION_FLAG, offsetof(type, output.no_headings), NULL,                      \
   "tables and CSV without their first line"},                                                   \
  {"no-csv-guard", 0, OPTION_FLAG, offsetof(type, output.no_csv_guard), NULL,                    \
   "CSV without the ' before text that a spreadsheet would compute"}
/* clang-format on */

struct output_column {
  const char *name;
  enum cell_unit unit;
};

struct output;
typedef struct output Output;

/*
 * Write `results` sets of rows to `out`. Several JSON sets are an array of arrays, several tables
 * or CSV texts stand apart by an empty line. `options` must outlive it.
 */
struct output *output_new(FILE *out, const struct output_options *options, guint results);

/* Begin a set; `columns` must live until its end. */
void output_begin(struct output *output, const struct output_column *columns, guint count);

/* Write a row, as many cells as columns. False when `out` takes no more; its owner says why. */
bool output_row(struct output *output, const struct cell *cells);

void output_end(struct output *output);

/*
 * Write what is still due, and free; NULL is fine. A set without its end is given up: of a table
 * nothing is printed, JSON stays visibly incomplete.
 */
void output_free(struct output *output);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Output, output_free)
