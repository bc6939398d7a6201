/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows as CSV: RFC 4180 quoting, a line per row ended by a newline alone, as other tools for pipes
 * expect it. Text is escaped (cmd/output/escape.h), so that no cell holds a line end.
 */
#include "cmd/output/output_writer.h"

#include "cmd/output/escape.h"

#include <string.h>

/*
 * Whether a spreadsheet would compute the text instead of showing it. Tabs and carriage returns,
 * which do that too, are escaped by now; the last four are the full-width forms.
 */
static bool
is_formula(const char *text)
{
  static const gunichar first[] = {'=', '+', '-', '@', 0xff1d, 0xff0b, 0xff0d, 0xff20};
  gunichar character = g_utf8_get_char(text);

  for (guint i = 0; i < G_N_ELEMENTS(first); i++)
    if (character == first[i])
      return true;
  return false;
}

static void
write_field(struct output *output, guint column, const char *text)
{
  if (column > 0)
    putc(',', output->out);
  if (!strpbrk(text, "\",")) {
    fputs(text, output->out);
    return;
  }
  putc('"', output->out);
  for (; *text; text++) {
    if (*text == '"')
      putc('"', output->out);
    putc(*text, output->out);
  }
  putc('"', output->out);
}

static bool
needs_guard(const struct output *output, const struct cell *cell, const char *text)
{
  return cell->type == CELL_OCTETS && !output->options->no_csv_guard && is_formula(text);
}

static void
row(struct output *output, const struct cell *cells)
{
  for (guint i = 0; i < output->count; i++) {
    g_autofree char *text = cell_to_text(&cells[i], UNIT_NONE, true);
    g_autofree char *guarded =
        needs_guard(output, &cells[i], text) ? g_strconcat("'", text, NULL) : NULL;

    write_field(output, i, guarded ? guarded : text);
  }
  putc('\n', output->out);
}

static void
begin(struct output *output)
{
  if (output->result > 0)
    putc('\n', output->out);
  if (output->options->no_headings)
    return;
  g_autofree struct cell *names = g_new(struct cell, output->count);
  for (guint i = 0; i < output->count; i++)
    names[i] = cell_of_text(output->columns[i].name);
  row(output, names);
}

const struct output_writer output_csv = {"csv", .begin = begin, .row = row};
