/* SPDX-License-Identifier: Apache-2.0 */
/* libsmartcols, and what it does not do for us. */
#include "cmd/output/table.h"

#include <err.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Text shorter than this is never worth wrapping. */
#define WRAP_MIN 30

struct table {
  struct libscols_table *columns;
  struct libscols_line *line; /* the last one */
  GArray *widths;             /* of glong: of each column the widest text */
};

/* No memory, or a fault of ours: no row is lost but on the screen, so it ends without a core. */
static _Noreturn void
give_up(void)
{
  errx(EXIT_FAILURE, "cannot draw a table");
}

struct table *
table_new(bool headings)
{
  struct table *table = g_new0(struct table, 1);

  table->columns = scols_new_table();
  table->widths = g_array_new(FALSE, TRUE, sizeof(glong));
  if (!table->columns)
    give_up();
  scols_table_enable_noheadings(table->columns, !headings);
  /* Cells are escaped already; smartcols would escape their backslashes again. */
  scols_table_enable_noencoding(table->columns, 1);
  return table;
}

void
table_free(struct table *table)
{
  if (!table)
    return;
  scols_unref_table(table->columns);
  g_array_unref(table->widths);
  g_free(table);
}

void
table_add_column(struct table *table, const char *name, enum table_flags flags)
{
  g_autofree char *heading = g_utf8_strup(name, -1);
  int scols_flags =
      (flags & TABLE_RIGHT ? SCOLS_FL_RIGHT : 0) | (flags & TABLE_TREE ? SCOLS_FL_TREE : 0);

  if (!scols_table_new_column(table->columns, heading, 0, scols_flags))
    give_up();
  g_array_set_size(table->widths, table->widths->len + 1);
}

int
table_add_line(struct table *table, int parent)
{
  struct libscols_line *above =
      parent < 0 ? NULL : scols_table_get_line(table->columns, (size_t)parent);

  table->line = scols_table_new_line(table->columns, above);
  if (!table->line)
    give_up();
  return (int)scols_table_get_nlines(table->columns) - 1;
}

void
table_set(struct table *table, guint column, const char *text)
{
  glong *widest = &g_array_index(table->widths, glong, column);

  *widest = MAX(*widest, g_utf8_strlen(text, -1));
  if (scols_line_set_data(table->line, column, text) != 0)
    give_up();
}

static void
add_flag(struct table *table, guint column, int flag)
{
  struct libscols_column *target = scols_table_get_column(table->columns, column);

  scols_column_set_flags(target, scols_column_get_flags(target) | flag);
}

void
table_align_right(struct table *table, guint column)
{
  add_flag(table, column, SCOLS_FL_RIGHT);
}

static void
wrap_widest(struct table *table)
{
  glong widest = WRAP_MIN;
  int column = -1;

  for (guint i = 0; i < table->widths->len; i++) {
    glong width = g_array_index(table->widths, glong, i);

    if (width > widest) {
      widest = width;
      column = (int)i;
    }
  }
  if (column >= 0)
    add_flag(table, (guint)column, SCOLS_FL_WRAP);
}

/* smartcols pads cells up to the next column, also where nothing follows. */
static void
print_without_padding(const char *text, FILE *out)
{
  while (*text) {
    size_t line = strcspn(text, "\n"), length = line;

    while (length > 0 && text[length - 1] == ' ')
      length--;
    fwrite(text, 1, length, out);
    putc('\n', out);
    text += line + (text[line] == '\n');
  }
}

void
table_print(struct table *table, FILE *out)
{
  bool terminal = isatty(fileno(out));
  char *text = NULL;

  if (scols_table_is_empty(table->columns) || scols_table_get_ncols(table->columns) == 0)
    return;
  if (terminal)
    wrap_widest(table);
  scols_table_set_termforce(table->columns,
                            terminal ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER);
  if (scols_print_table_to_string(table->columns, &text) != 0 || !text)
    give_up();
  print_without_padding(text, out);
  free(text);
}
