/* SPDX-License-Identifier: Apache-2.0 */
/* Rows as one JSON document, or as JSON Lines: an object per row, a row per line. */
#include "cmd/output/output_writer.h"

#include "cmd/output/cell.h"
#include "cmd/output/escape.h"

#include <stdlib.h>

/*
 * The keys of a set of rows, ended by NULL: columns of one name get numbers, since a JSON object
 * holds each key once.
 */
static char **
unique_keys(const struct output_column *columns, guint count)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  char **keys = g_new0(char *, count + 1);

  for (guint i = 0; i < count; i++) {
    g_autofree char *name = g_utf8_make_valid(columns[i].name, -1);

    keys[i] = g_strdup(name);
    for (guint number = 2; g_hash_table_contains(seen, keys[i]); number++) {
      g_free(keys[i]);
      keys[i] = g_strdup_printf("%s_%u", name, number);
    }
    g_hash_table_add(seen, keys[i]);
  }
  return keys;
}

static void
write_row(struct output *output, const struct cell *cells)
{
  char **keys = output->state;
  json_t *object = json_object();

  for (guint i = 0; i < output->count; i++)
    cell_to_json(&cells[i], object, keys[i]);
  char *text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(CELL_REAL_DIGITS));
  g_autofree char *safe = escape_json(text);
  fputs(safe, output->out);
  free(text);
  json_decref(object);
}

static void
take_keys(struct output *output)
{
  output->state = unique_keys(output->columns, output->count);
}

static void
row_line(struct output *output, const struct cell *cells)
{
  write_row(output, cells);
  putc('\n', output->out);
}

static void
drop_keys(struct output *output)
{
  g_strfreev(g_steal_pointer(&output->state));
}

static void
begin(struct output *output)
{
  take_keys(output);
  if (output->results > 1)
    fputs(output->result == 0 ? "[\n" : ",\n", output->out);
  putc('[', output->out);
}

static void
row(struct output *output, const struct cell *cells)
{
  fputs(output->rows == 0 ? "\n" : ",\n", output->out);
  write_row(output, cells);
}

static void
end(struct output *output)
{
  fputs(output->rows == 0 ? "]" : "\n]", output->out);
}

static void
finish(struct output *output)
{
  if (output->results > 1)
    fputs(output->result == 0 ? "[]" : "\n]", output->out);
  putc('\n', output->out);
}

const struct output_writer output_json = {"json", begin, row, end, drop_keys, finish};
const struct output_writer output_jsonl = {"jsonl", take_keys, row_line, NULL, drop_keys, NULL};
