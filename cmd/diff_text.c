/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of differences under the names of what they are about. */
#include "cmd/diff_text.h"

#include "cmd/output/cell.h"
#include "cmd/output/table.h"
#include "store/sql.h"

#include <string.h>

/* Columns of diff_rows(). */
enum { WHAT, CHANGE, HYPERVISOR, DOMAIN, UUID, ITEM, FIELD, BEFORE, AFTER };

static const struct {
  const char *change, *sign;
} signs[] = {{"added", "+"}, {"removed", "-"}, {"changed", "~"}};

static const struct {
  const char *field;
  enum cell_unit unit;
} units[] = {
    {"memory_kib", UNIT_KIB},     {"virtual_size", UNIT_BYTES},  {"apparent_size", UNIT_BYTES},
    {"allocated", UNIT_BYTES},    {"persistent", UNIT_TRUTH},    {"autostart", UNIT_TRUTH},
    {"managed_save", UNIT_TRUTH}, {"has_snapshots", UNIT_TRUTH}, {"shareable", UNIT_TRUTH},
    {"readonly", UNIT_TRUTH},     {"transient", UNIT_TRUTH},     {"encrypted", UNIT_TRUTH},
    {"corrupt", UNIT_TRUTH},      {"dirty", UNIT_TRUTH},         {"is_root", UNIT_TRUTH},
};

struct printer {
  FILE *out;
  sqlite3_stmt *row;
  bool bytes;
  struct table *table; /* of the hypervisor; NULL before the first */
  char *hypervisor;    /* its name; NULL of what belongs to none */
  char *uuid;          /* of the domain whose line has been added; NULL for none */
  bool is_first;
};

/* A column as text that is safe to print, new; "" for NULL. */
static char *
text_of(const struct printer *printer, int column, enum cell_unit unit)
{
  const struct cell cell = cell_of_statement(printer->row, column);

  return cell_to_text(&cell, unit, printer->bytes);
}

static const char *
raw_text(const struct printer *printer, int column)
{
  return (const char *)sqlite3_column_text(printer->row, column);
}

static const char *
sign_of(const struct printer *printer)
{
  for (size_t i = 0; i < G_N_ELEMENTS(signs); i++)
    if (strcmp(signs[i].change, raw_text(printer, CHANGE)) == 0)
      return signs[i].sign;
  g_assert_not_reached();
}

static enum cell_unit
unit_of(const struct printer *printer)
{
  for (size_t i = 0; i < G_N_ELEMENTS(units); i++)
    if (g_strcmp0(units[i].field, raw_text(printer, FIELD)) == 0)
      return units[i].unit;
  return UNIT_NONE;
}

/* "old -> new", or what came or went; a value that is not known is left out. New. */
static char *
values_text(const struct printer *printer)
{
  const enum cell_unit unit = unit_of(printer);
  g_autofree char *before = text_of(printer, BEFORE, unit);
  g_autofree char *after = text_of(printer, AFTER, unit);

  if (strcmp(raw_text(printer, CHANGE), "changed") != 0)
    return g_strconcat(before, after, NULL);
  return g_strconcat(before, *before ? " " : "", "->", *after ? " " : "", after, NULL);
}

static void
add_line(struct printer *printer, const char *label, const char *values)
{
  table_add_line(printer->table, -1);
  table_set(printer->table, 0, label);
  table_set(printer->table, 1, values);
}

static void
end_hypervisor(struct printer *printer)
{
  if (printer->table)
    table_print(printer->table, printer->out);
  g_clear_pointer(&printer->table, table_free);
}

static void
begin_hypervisor(struct printer *printer)
{
  g_autofree char *name = text_of(printer, HYPERVISOR, UNIT_NONE);

  end_hypervisor(printer);
  fprintf(printer->out, "%s%s:\n", printer->is_first ? "" : "\n", *name ? name : "All hypervisors");
  g_free(printer->hypervisor);
  printer->hypervisor = g_strdup(raw_text(printer, HYPERVISOR));
  g_clear_pointer(&printer->uuid, g_free);
  printer->is_first = false;
  printer->table = table_new(false);
  table_add_column(printer->table, "label", TABLE_PLAIN);
  table_add_column(printer->table, "values", TABLE_PLAIN);
}

/* The domain came or went itself: nothing about it has to be added below its line. */
static bool
is_whole_domain(const struct printer *printer)
{
  return strcmp(raw_text(printer, WHAT), "domain") == 0 &&
         strcmp(raw_text(printer, CHANGE), "changed") != 0;
}

static void
begin_domain(struct printer *printer)
{
  const bool is_whole = is_whole_domain(printer);
  g_autofree char *name = text_of(printer, DOMAIN, UNIT_NONE);
  g_autofree char *values = is_whole ? values_text(printer) : g_strdup("");
  g_autofree char *label = g_strconcat("  ", is_whole ? sign_of(printer) : "~", " ", name, NULL);

  add_line(printer, label, values);
  g_free(printer->uuid);
  printer->uuid = g_strdup(raw_text(printer, UUID));
}

/* "  ~ image /srv/a.qcow2 format"; of a domain or hypervisor itself the field is enough. */
static void
add_change(struct printer *printer)
{
  g_autofree char *item = text_of(printer, ITEM, UNIT_NONE);
  g_autofree char *field = text_of(printer, FIELD, UNIT_NONE);
  g_autofree char *values = values_text(printer);
  g_autoptr(GString) label = g_string_new(printer->uuid ? "      " : "  ");

  g_string_append(label, sign_of(printer));
  if (*item || !*field)
    g_string_append_printf(label, " %s", raw_text(printer, WHAT));
  if (*item)
    g_string_append_printf(label, " %s", item);
  if (*field)
    g_string_append_printf(label, " %s", field);
  add_line(printer, label->str, values);
}

static void
print_row(struct printer *printer)
{
  if (!printer->table || g_strcmp0(raw_text(printer, HYPERVISOR), printer->hypervisor) != 0)
    begin_hypervisor(printer);
  if (g_strcmp0(raw_text(printer, UUID), printer->uuid) != 0)
    begin_domain(printer);
  if (!is_whole_domain(printer))
    add_change(printer);
}

bool
diff_text(FILE *out, sqlite3_stmt *rows, bool bytes, GError **error)
{
  struct printer printer = {.out = out, .row = rows, .bytes = bytes, .is_first = true};
  int row;

  while ((row = sql_step(rows, error)) > 0 && !ferror(out))
    print_row(&printer);
  if (row == 0)
    end_hypervisor(&printer);
  table_free(printer.table);
  g_free(printer.hypervisor);
  g_free(printer.uuid);
  return row == 0 && !ferror(out);
}
