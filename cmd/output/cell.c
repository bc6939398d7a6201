/* SPDX-License-Identifier: Apache-2.0 */
/* Values of SQLite in the forms that the outputs want. */
#include "cmd/output/cell.h"

#include "cmd/output/escape.h"

#include <math.h>
#include <string.h>

struct cell
cell_of_statement(sqlite3_stmt *statement, int column)
{
  struct cell cell = {.type = CELL_NULL};

  switch (sqlite3_column_type(statement, column)) {
  case SQLITE_NULL:
    break;
  case SQLITE_INTEGER:
    cell.type = CELL_INTEGER;
    cell.integer = sqlite3_column_int64(statement, column);
    break;
  case SQLITE_FLOAT:
    cell.type = CELL_REAL;
    cell.real = sqlite3_column_double(statement, column);
    break;
  default:
    cell.type = CELL_OCTETS;
    cell.octets = sqlite3_column_blob(statement, column);
    cell.length = (gsize)sqlite3_column_bytes(statement, column);
  }
  return cell;
}

struct cell
cell_of_text(const char *text)
{
  return (struct cell){.type = CELL_OCTETS, .octets = text, .length = strlen(text)};
}

/* As lsblk does it: at most one decimal, and none that is zero. */
static char *
size_to_text(double size)
{
  static const char units[] = "BKMGTPE";
  guint unit = 0;

  /* What would be printed as 1024 is one of the next unit. */
  while (fabs(size) >= 1023.95 && units[unit + 1]) {
    size /= 1024;
    unit++;
  }
  g_autofree char *text = g_strdup_printf("%.1f", size);
  if (g_str_has_suffix(text, ".0"))
    text[strlen(text) - 2] = '\0';
  return g_strdup_printf("%s%c", text, units[unit]);
}

static char *
integer_to_text(gint64 integer, enum cell_unit unit, bool exact)
{
  gint64 bytes;

  if (unit == UNIT_TRUTH)
    return g_strdup(integer ? "yes" : "no");
  if (unit == UNIT_MODE)
    return g_strdup_printf("%04" G_GINT64_MODIFIER "o", (guint64)integer);
  if (unit == UNIT_NONE || __builtin_mul_overflow(integer, unit == UNIT_KIB ? 1024 : 1, &bytes))
    return g_strdup_printf("%" G_GINT64_FORMAT, integer);
  return exact ? g_strdup_printf("%" G_GINT64_FORMAT, bytes) : size_to_text((double)bytes);
}

char *
cell_to_text(const struct cell *cell, enum cell_unit unit, bool exact)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  GString *text;

  switch (cell->type) {
  case CELL_NULL:
    return g_strdup("");
  case CELL_INTEGER:
    return integer_to_text(cell->integer, unit, exact);
  case CELL_REAL:
    return g_strdup(g_ascii_formatd(number, sizeof(number), "%." G_STRINGIFY(CELL_REAL_DIGITS) "g",
                                    cell->real));
  case CELL_OCTETS:
    text = g_string_sized_new(cell->length + 1);
    escape_append(text, cell->octets, cell->length);
    return g_string_free(text, FALSE);
  }
  g_assert_not_reached();
}

static void
octets_to_json(const struct cell *cell, json_t *object, const char *key)
{
  if (cell->length == 0 || g_utf8_validate_len(cell->octets, cell->length, NULL)) {
    json_object_set_new(object, key, json_stringn(cell->length ? cell->octets : "", cell->length));
    return;
  }
  g_autofree char *valid = g_utf8_make_valid(cell->octets, (gssize)cell->length);
  g_autofree char *base64 = g_base64_encode((const guchar *)cell->octets, cell->length);
  g_autofree char *base64_key = g_strconcat(key, "_base64", NULL);
  json_object_set_new(object, key, json_string(valid));
  json_object_set_new(object, base64_key, json_string(base64));
}

void
cell_to_json(const struct cell *cell, json_t *object, const char *key)
{
  switch (cell->type) {
  case CELL_NULL:
    json_object_set_new(object, key, json_null());
    break;
  case CELL_INTEGER:
    json_object_set_new(object, key, json_integer(cell->integer));
    break;
  case CELL_REAL:
    /* JSON knows no infinity. */
    json_object_set_new(object, key, isfinite(cell->real) ? json_real(cell->real) : json_null());
    break;
  case CELL_OCTETS:
    octets_to_json(cell, object, key);
  }
}
