/* SPDX-License-Identifier: Apache-2.0 */
/* Steps over the rows of a statement. */
#include "cmd/output/rows.h"

bool
rows_write(sqlite3_stmt *statement, struct output *output, const struct output_column *columns,
           const int *picks, guint count, GError **error)
{
  g_autofree struct cell *cells = g_new(struct cell, count);
  bool taken = true;
  int more;

  output_begin(output, columns, count);
  while (taken && (more = sql_step(statement, error)) > 0) {
    for (guint i = 0; i < count; i++)
      cells[i] = cell_of_statement(statement, picks ? picks[i] : (int)i);
    taken = output_row(output, cells);
  }
  if (!taken || more < 0)
    return false;
  output_end(output);
  return true;
}

static struct output_column *
own_columns(sqlite3_stmt *statement, guint *ret_count)
{
  guint count = (guint)sqlite3_column_count(statement);
  struct output_column *columns = g_new0(struct output_column, count);

  for (guint i = 0; i < count; i++)
    columns[i].name = sqlite3_column_name(statement, (int)i);
  *ret_count = count;
  return columns;
}

bool
rows_write_all(sqlite3_stmt *statement, struct output *output, GError **error)
{
  guint count;
  g_autofree struct output_column *columns = own_columns(statement, &count);

  return rows_write(statement, output, columns, NULL, count, error);
}

json_t *
rows_to_json(sqlite3_stmt *statement, GError **error)
{
  json_t *rows = json_array();
  int more;

  while ((more = sql_step(statement, error)) > 0) {
    json_t *row = json_object();

    for (int i = 0; i < sqlite3_column_count(statement); i++) {
      struct cell cell = cell_of_statement(statement, i);
      cell_to_json(&cell, row, sqlite3_column_name(statement, i));
    }
    json_array_append_new(rows, row);
  }
  if (more == 0)
    return rows;
  json_decref(rows);
  return NULL;
}
