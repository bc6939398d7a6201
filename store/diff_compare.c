/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of both points side by side. */
#include "store/diff_compare.h"

#include "store/sql.h"

#include <string.h>

static const char ADD[] =
    "INSERT INTO temp.difference (place, what, change, id, item, domain_id, hypervisor_id, field,\n"
    "       before, after, scan_id)\n"
    "VALUES (:place, :what, :change, :id, :item, :domain_id, :hypervisor_id, :field,\n"
    "       :before, :after, :scan_id)";

#define COLUMNS_MAX (DIFF_FIELDS + 32)

/* A row of one of the points, copied. */
struct side {
  sqlite3_value *values[COLUMNS_MAX];
  int count; /* 0: there is none */
};

struct comparison {
  const struct diff_table *table;
  sqlite3_stmt *rows, *add;
  struct side before, after;
  bool all_fields;
};

static void
side_clear(struct side *side)
{
  for (int i = 0; i < side->count; i++)
    sqlite3_value_free(side->values[i]);
  side->count = 0;
}

static void
side_take(struct side *side, sqlite3_stmt *row)
{
  side_clear(side);
  side->count = sqlite3_column_count(row);
  g_assert(side->count <= COLUMNS_MAX);
  for (int i = 0; i < side->count; i++)
    side->values[i] = sqlite3_value_dup(sqlite3_column_value(row, i));
}

static bool
is_same_value(sqlite3_value *one, sqlite3_value *other)
{
  const int type = sqlite3_value_type(one);

  if (type != sqlite3_value_type(other))
    return false;
  if (type == SQLITE_NULL)
    return true;
  if (type == SQLITE_INTEGER)
    return sqlite3_value_int64(one) == sqlite3_value_int64(other);
  const int size = sqlite3_value_bytes(one);
  return size == sqlite3_value_bytes(other) &&
         (size == 0 || memcmp(sqlite3_value_blob(one), sqlite3_value_blob(other), size) == 0);
}

static bool
is_same_thing(const struct side *one, const struct side *other)
{
  return one->count > 0 && other->count > 0 &&
         is_same_value(one->values[DIFF_ID], other->values[DIFF_ID]) &&
         is_same_value(one->values[DIFF_KEY], other->values[DIFF_KEY]);
}

static void
bind_value(sqlite3_stmt *statement, const char *name, sqlite3_value *value)
{
  int parameter = sqlite3_bind_parameter_index(statement, name);

  if (value)
    sqlite3_bind_value(statement, parameter, value);
  else
    sqlite3_bind_null(statement, parameter);
}

/* Add a difference of the thing that `side` is a row of; `column` is a field, or the summary. */
static bool
add(struct comparison *comparison, const char *change, const struct side *side, int column,
    GError **error)
{
  const struct side *before = &comparison->before, *after = &comparison->after;
  sqlite3_stmt *statement = comparison->add;
  const bool is_field = column >= DIFF_FIELDS;

  sql_bind_number(statement, ":place", comparison->table - diff_tables);
  sql_bind_text(statement, ":what", comparison->table->what);
  sql_bind_text(statement, ":change", change);
  bind_value(statement, ":id", side->values[DIFF_ID]);
  bind_value(statement, ":item", side->values[DIFF_ITEM]);
  bind_value(statement, ":domain_id", side->values[DIFF_DOMAIN_ID]);
  bind_value(statement, ":hypervisor_id", side->values[DIFF_HYPERVISOR_ID]);
  bind_value(statement, ":scan_id", side->values[DIFF_SCAN_ID]);
  sql_bind_text(statement, ":field",
                is_field ? sqlite3_column_name(comparison->rows, column) : NULL);
  bind_value(statement, ":before", before->count ? before->values[column] : NULL);
  bind_value(statement, ":after", after->count ? after->values[column] : NULL);
  return sql_run(statement, error);
}

static bool
is_told(const struct comparison *comparison, int column)
{
  const char *field = sqlite3_column_name(comparison->rows, column);

  return comparison->all_fields || !g_strv_contains(comparison->table->quiet, field);
}

/* Both points have the thing. */
static bool
add_changed_fields(struct comparison *comparison, GError **error)
{
  const struct side *before = &comparison->before, *after = &comparison->after;

  for (int i = DIFF_FIELDS; i < after->count; i++)
    if (!is_same_value(before->values[i], after->values[i]) && is_told(comparison, i) &&
        !add(comparison, "changed", after, i, error))
      return false;
  return true;
}

/* Tell what there is of a thing, and forget it. */
static bool
settle(struct comparison *comparison, GError **error)
{
  struct side *before = &comparison->before, *after = &comparison->after;
  bool done = true;

  if (before->count && after->count)
    done = add_changed_fields(comparison, error);
  else if (before->count)
    done = add(comparison, "removed", before, DIFF_SUMMARY, error);
  else if (after->count)
    done = add(comparison, "added", after, DIFF_SUMMARY, error);
  side_clear(before);
  side_clear(after);
  return done;
}

/* The row before it, if there is one of the thing, was taken last. */
static bool
take_row(struct comparison *comparison, GError **error)
{
  const bool is_after = sqlite3_column_int(comparison->rows, DIFF_IS_AFTER);
  struct side side = {0};
  bool done = true;

  side_take(&side, comparison->rows);
  if (!is_after || !is_same_thing(&comparison->before, &side))
    done = settle(comparison, error);
  *(is_after ? &comparison->after : &comparison->before) = side;
  return done && (!is_after || settle(comparison, error));
}

static bool
compare_rows(struct comparison *comparison, GError **error)
{
  int row = -1;

  while ((row = sql_step(comparison->rows, error)) > 0)
    if (!take_row(comparison, error))
      break;
  bool done = row == 0 && settle(comparison, error);
  side_clear(&comparison->before);
  side_clear(&comparison->after);
  return done;
}

bool
diff_compare(sqlite3 *db, const struct diff_table *table, const struct diff_range *range,
             GError **error)
{
  g_autoptr(Statement) rows = sql_prepare(db, table->sql, error);
  g_autoptr(Statement) add = rows ? sql_prepare(db, ADD, error) : NULL;
  struct comparison comparison = {
      .table = table, .rows = rows, .add = add, .all_fields = range->all_fields};

  if (!add)
    return false;
  sql_bind_number(rows, ":from", range->from.scan_id);
  sql_bind_number(rows, ":to", range->to.scan_id);
  sql_bind_number(rows, ":from_audit", range->from.audit_id);
  sql_bind_number(rows, ":to_audit", range->to.audit_id);
  return compare_rows(&comparison, error);
}
