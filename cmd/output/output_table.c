/* SPDX-License-Identifier: Apache-2.0 */
/* Rows as a table for people. */
#include "cmd/output/output_writer.h"

#include "cmd/output/escape.h"
#include "cmd/output/table.h"

#include <string.h>

/* Columns in which only numbers were seen so far stand at the right. */
struct state {
  struct table *table;
  bool *text, *number;
};

/* The unit is in the cells: "512M" stands under MEMORY, not under MEMORY_KIB. New. */
static char *
heading(const struct output_column *column)
{
  char *name = escape_text(column->name);

  if (column->unit == UNIT_KIB && g_str_has_suffix(name, "_kib"))
    name[strlen(name) - strlen("_kib")] = '\0';
  return name;
}

static void
begin(struct output *output)
{
  struct state *state = g_new0(struct state, 1);

  state->table = table_new(!output->options->no_headings);
  state->text = g_new0(bool, output->count);
  state->number = g_new0(bool, output->count);
  for (guint i = 0; i < output->count; i++) {
    g_autofree char *name = heading(&output->columns[i]);
    table_add_column(state->table, name, TABLE_PLAIN);
  }
  output->state = state;
}

static bool
is_number(const struct cell *cell, enum cell_unit unit)
{
  return (cell->type == CELL_INTEGER || cell->type == CELL_REAL) && unit != UNIT_TRUTH;
}

static void
row(struct output *output, const struct cell *cells)
{
  struct state *state = output->state;

  table_add_line(state->table, -1);
  for (guint i = 0; i < output->count; i++) {
    g_autofree char *text =
        cell_to_text(&cells[i], output->columns[i].unit, output->options->bytes);

    table_set(state->table, i, text);
    state->text[i] |= cells[i].type == CELL_OCTETS;
    state->number[i] |= is_number(&cells[i], output->columns[i].unit);
  }
}

static void
end(struct output *output)
{
  struct state *state = output->state;

  for (guint i = 0; i < output->count; i++)
    if (state->number[i] && !state->text[i])
      table_align_right(state->table, i);
  if (output->result > 0)
    putc('\n', output->out);
  table_print(state->table, output->out);
}

static void
discard(struct output *output)
{
  struct state *state = g_steal_pointer(&output->state);

  table_free(state->table);
  g_free(state->text);
  g_free(state->number);
  g_free(state);
}

const struct output_writer output_table = {"table", begin, row, end, discard, NULL};
