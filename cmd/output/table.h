/* SPDX-License-Identifier: Apache-2.0 */
/* Tables for people: libsmartcols, as in lsblk, with blanks cut at the ends of lines. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

struct table;
typedef struct table Table;

struct table *table_new(bool headings);
void table_free(struct table *table); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, table_free)

enum table_flags {
  TABLE_PLAIN = 0,
  TABLE_RIGHT = 1 << 0, /* numbers */
  TABLE_TREE = 1 << 1,  /* its lines hang below their parents */
};

/* Add a column; its heading is the name in upper case. All columns come before the first line. */
void table_add_column(struct table *table, const char *name, enum table_flags flags);

/*
 * Add a line below `parent`, which is a line's number in a table with a tree, -1 for none.
 * Returns its number.
 */
int table_add_line(struct table *table, int parent);

/* Set a cell of the last line. `text` is already safe to print (cmd/output/escape.h). */
void table_set(struct table *table, guint column, const char *text);

/* Say that a column holds numbers, when that is known only at the end. */
void table_align_right(struct table *table, guint column);

/*
 * Print it; a table without lines prints nothing. On a terminal its widest text is wrapped to the
 * terminal's width, elsewhere lines are as long as they are.
 */
void table_print(struct table *table, FILE *out);
