/* SPDX-License-Identifier: Apache-2.0 */
/* Binding by shape. */
#include "store/bind.h"

int *
bind_plan(sqlite3_stmt *statement, const struct shape *shape)
{
  GArray *plan = g_array_new(FALSE, FALSE, sizeof(int));

  for (const struct field *field = shape->fields; field->name; field++) {
    g_autofree char *name = g_strconcat(":", field->name, NULL);
    int parameter = sqlite3_bind_parameter_index(statement, name);

    g_array_append_val(plan, parameter);
  }
  return (int *)(gpointer)g_array_free(plan, FALSE);
}

static void
bind_text(sqlite3_stmt *statement, int parameter, const char *text)
{
  sqlite3_bind_text(statement, parameter, text, -1, SQLITE_STATIC);
}

void
bind_octets(sqlite3_stmt *statement, int parameter, GBytes *octets)
{
  gsize size;
  const char *bytes;

  if (!octets) {
    sqlite3_bind_null(statement, parameter);
    return;
  }
  bytes = g_bytes_get_data(octets, &size);
  if (octets_are_text(octets))
    sqlite3_bind_text(statement, parameter, bytes ? bytes : "", (int)size, SQLITE_STATIC);
  else
    sqlite3_bind_blob64(statement, parameter, bytes, size, SQLITE_STATIC);
}

static void
bind_number(sqlite3_stmt *statement, int parameter, gint64 number)
{
  if (number == FACT_UNKNOWN)
    sqlite3_bind_null(statement, parameter);
  else
    sqlite3_bind_int64(statement, parameter, number);
}

static void
bind_list(sqlite3_stmt *statement, int parameter, const struct shape *element, GPtrArray *list)
{
  if (list->len == 0) {
    sqlite3_bind_null(statement, parameter);
    return;
  }
  sqlite3_bind_text(statement, parameter, shape_list_to_text(element, list), -1, g_free);
}

static void
bind_field(sqlite3_stmt *statement, int parameter, const struct field *field, gconstpointer member)
{
  switch (field->type) {
  case FIELD_TEXT:
    bind_text(statement, parameter, *(char *const *)member);
    break;
  case FIELD_OCTETS:
    bind_octets(statement, parameter, *(GBytes *const *)member);
    break;
  case FIELD_NUMBER:
  case FIELD_TRUTH:
    bind_number(statement, parameter, *(const gint64 *)member);
    break;
  case FIELD_LIST:
    bind_list(statement, parameter, field->element, *(GPtrArray *const *)member);
    break;
  }
}

void
bind_fact(sqlite3_stmt *statement, const int *plan, const struct shape *shape, gconstpointer data)
{
  for (size_t i = 0; shape->fields[i].name; i++)
    if (plan[i] > 0)
      bind_field(statement, plan[i], &shape->fields[i],
                 (const char *)data + shape->fields[i].offset);
}
