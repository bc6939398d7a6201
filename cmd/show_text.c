/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a domain as tables under their titles. */
#include "cmd/show_text.h"

#include "cmd/output/table.h"
#include "cmd/show_parts.h"

#define ROWS_MAX 20 /* of a part that has a list of its own */

static const struct show_column domain_rows[] = {
    {"name", "Domain"},
    {"uuid", "UUID"},
    {"hypervisor", "Hypervisor"},
    {"state", "State"},
    {"virtualization", "Virtualization"},
    {"virt_type", "Type"},
    {"os_type", "OS type"},
    {"arch", "Architecture"},
    {"machine", "Machine"},
    {"vcpus", "CPUs"},
    {"memory_kib", "Memory", UNIT_KIB},
    {"agent", "Guest agent"},
    {"is_template", "Template", UNIT_TRUTH},
    {"first_seen", "First seen"},
    {"last_seen", "Last seen"},
};

static const struct show_column image_columns[] = {
    {"format"},
    {"virtual_size", "size", UNIT_BYTES},
    {"allocated", NULL, UNIT_BYTES},
    {"provisioning"},
    {"status"},
};

static const char *
heading(const struct show_column *column)
{
  return column->heading ? column->heading : column->key;
}

static struct cell
cell_of_json(const json_t *value)
{
  if (json_is_integer(value))
    return (struct cell){.type = CELL_INTEGER, .integer = json_integer_value(value)};
  if (json_is_string(value))
    return (struct cell){.type = CELL_OCTETS,
                         .octets = json_string_value(value),
                         .length = json_string_length(value)};
  return (struct cell){.type = CELL_NULL};
}

static char *
text_of(const json_t *row, const struct show_column *column, bool bytes)
{
  struct cell cell = cell_of_json(json_object_get(row, column->key));

  return cell_to_text(&cell, column->unit, bytes);
}

static void
set(struct table *table, guint position, const json_t *row, const struct show_column *column,
    bool bytes)
{
  g_autofree char *text = text_of(row, column, bytes);

  table_set(table, position, text);
}

static void
print_domain(FILE *out, const json_t *domain, bool bytes)
{
  g_autoptr(Table) table = table_new(false);

  table_add_column(table, "key", TABLE_PLAIN);
  table_add_column(table, "value", TABLE_PLAIN);
  for (guint i = 0; i < G_N_ELEMENTS(domain_rows); i++) {
    if (json_is_null(json_object_get(domain, domain_rows[i].key)))
      continue;
    table_add_line(table, -1);
    table_set(table, 0, domain_rows[i].heading);
    set(table, 1, domain, &domain_rows[i], bytes);
  }
  table_print(table, out);
}

/* What was left out, and how to see it. */
static void
print_rest(FILE *out, const json_t *model, const struct show_part *part, size_t rest)
{
  const json_t *uuid = json_object_get(json_object_get(model, "domain"), "uuid");

  fprintf(out, "… and %zu more: virt-ledger list %s -d %s\n", rest, part->list,
          json_string_value(uuid));
}

static void
print_part(FILE *out, const json_t *model, const struct show_part *part, bool bytes)
{
  const json_t *rows = json_object_get(model, part->key);
  const size_t count = json_array_size(rows);
  const size_t shown = part->list ? MIN(count, ROWS_MAX) : count;

  if (count == 0)
    return;
  g_autoptr(Table) table = table_new(true);
  for (const struct show_column *column = part->columns; column->key; column++)
    table_add_column(table, heading(column), TABLE_PLAIN);
  for (size_t i = 0; i < shown; i++) {
    table_add_line(table, -1);
    for (guint j = 0; part->columns[j].key; j++)
      set(table, j, json_array_get(rows, i), &part->columns[j], bytes);
  }
  fprintf(out, "\n%s:\n", part->title);
  table_print(table, out);
  if (shown < count)
    print_rest(out, model, part, count - shown);
}

/* "vda virtio", and what an image's columns would say of a disk without one. */
static int
add_disk(struct table *table, const json_t *disk, bool bytes)
{
  static const struct show_column target = {"target"}, bus = {"bus"}, device = {"device"};
  g_autofree char *target_text = text_of(disk, &target, bytes);
  g_autofree char *bus_text = text_of(disk, &bus, bytes);
  g_autofree char *device_text = text_of(disk, &device, bytes);
  g_autofree char *label =
      g_strdup_printf("%s %s%s%s", target_text, bus_text, *bus_text ? " " : "", device_text);
  int line = table_add_line(table, -1);

  table_set(table, 0, label);
  return line;
}

static void
add_chain(struct table *table, const json_t *chain, int parent, bool bytes)
{
  static const struct show_column path = {"path"};
  json_t *image;
  size_t i;

  json_array_foreach((json_t *)chain, i, image) {
    parent = table_add_line(table, parent);
    set(table, 0, image, &path, bytes);
    for (guint j = 0; j < G_N_ELEMENTS(image_columns); j++)
      set(table, j + 1, image, &image_columns[j], bytes);
  }
}

static void
print_disks(FILE *out, const json_t *disks, bool bytes)
{
  g_autoptr(Table) table = table_new(true);
  json_t *disk;
  size_t i;

  if (json_array_size(disks) == 0)
    return;
  table_add_column(table, "disk and its images", TABLE_TREE);
  for (guint j = 0; j < G_N_ELEMENTS(image_columns); j++)
    table_add_column(table, image_columns[j].key,
                     image_columns[j].unit ? TABLE_RIGHT : TABLE_PLAIN);
  json_array_foreach((json_t *)disks, i, disk)
    add_chain(table, json_object_get(disk, "chain"), add_disk(table, disk, bytes), bytes);
  fputs("\nDisks:\n", out);
  table_print(table, out);
}

static void
print_parts(FILE *out, const json_t *model, const struct show_part *parts, bool bytes)
{
  for (const struct show_part *part = parts; part->title; part++)
    print_part(out, model, part, bytes);
}

void
show_text(FILE *out, const json_t *model, bool bytes)
{
  print_domain(out, json_object_get(model, "domain"), bytes);
  print_parts(out, model, show_parts_above, bytes);
  print_disks(out, json_object_get(model, "disks"), bytes);
  print_parts(out, model, show_parts_below, bytes);
}
