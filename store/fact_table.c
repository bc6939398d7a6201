/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that begin and end. */
#include "store/fact_table.h"

#include "store/bind.h"
#include "store/sql.h"
#include "store/value_hash.h"
#include "store/value_marks.h"

#include <stddef.h>
#include <stdlib.h>

#define AT(member) offsetof(struct fact_place, member)
static const struct field place_fields[] = {
    {"scan_id", FIELD_NUMBER, AT(scan_id)},
    {"id", FIELD_NUMBER, AT(id)},
    {"domain_id", FIELD_NUMBER, AT(domain_id)},
    {"position", FIELD_NUMBER, AT(position)},
    {"count", FIELD_NUMBER, AT(count)},
    {"keys", FIELD_TEXT, AT(keys)},
    {"root", FIELD_TEXT, AT(root)},
    {"seed", FIELD_TEXT, AT(seed)},
    {"version", FIELD_NUMBER, AT(version)},
    {0},
};
#undef AT
static const struct shape place_shape = {"place", sizeof(struct fact_place), place_fields};

/* A statement, and where place and fact go in it. */
struct step {
  sqlite3_stmt *statement; /* NULL: nothing to be done */
  int *place_plan, *fact_plan;
};

enum step_number {
  COMPARE,
  CLOSE,
  BEFORE_INSERT,
  INSERT,
  CLOSE_ABSENT,
  CLOSE_LOST,
  STEPS,
};

struct fact_table {
  const struct fact_sql *sql;
  struct row_changes *changes;
  struct value_marks *marks; /* NULL: its rows have none */
  struct step steps[STEPS];
};

static bool
step_prepare(struct step *step, sqlite3 *db, const char *sql, const struct shape *shape,
             GError **error)
{
  if (!sql)
    return true;
  step->statement = sql_prepare(db, sql, error);
  if (!step->statement)
    return false;
  step->place_plan = bind_plan(step->statement, &place_shape);
  step->fact_plan = bind_plan(step->statement, shape);
  return true;
}

static void
step_bind(struct fact_table *table, enum step_number number, const struct fact_place *place,
          gconstpointer data)
{
  struct step *step = &table->steps[number];

  if (!data)
    sqlite3_clear_bindings(step->statement); /* they point to a fact that is gone */
  bind_fact(step->statement, step->place_plan, &place_shape, place);
  if (data) /* its own `root` is the one that counts */
    bind_fact(step->statement, step->fact_plan, table->sql->shape, data);
}

/* Run a step that writes; adds the rows it changed. */
static bool
step_run(struct fact_table *table, enum step_number number, const struct fact_place *place,
         gconstpointer data, guint64 *rows, GError **error)
{
  sqlite3_stmt *statement = table->steps[number].statement;

  if (!statement)
    return true;
  step_bind(table, number, place, data);
  if (!sql_run(statement, error))
    return false;
  *rows += (guint64)sqlite3_changes64(sqlite3_db_handle(statement));
  return true;
}

void
fact_table_free(struct fact_table *table)
{
  if (!table)
    return;
  for (size_t i = 0; i < STEPS; i++) {
    sqlite3_finalize(table->steps[i].statement);
    g_free(table->steps[i].place_plan);
    g_free(table->steps[i].fact_plan);
  }
  value_marks_free(table->marks);
  g_free(table);
}

struct fact_table *
fact_table_new(sqlite3 *db, const struct fact_sql *sql, struct row_changes *changes, GError **error)
{
  const char *const texts[STEPS] = {
      [COMPARE] = sql->compare,
      [CLOSE] = sql->close,
      [BEFORE_INSERT] = sql->before_insert,
      [INSERT] = sql->insert,
      [CLOSE_ABSENT] = sql->close_absent,
      [CLOSE_LOST] = sql->close_lost,
  };
  struct fact_table *table = g_new0(struct fact_table, 1);

  table->sql = sql;
  table->changes = changes;
  bool done = !sql->mark || (table->marks = value_marks_new(db, sql->mark, error));
  for (size_t i = 0; done && i < STEPS; i++)
    done = step_prepare(&table->steps[i], db, texts[i], sql->shape, error);
  if (done)
    return table;
  fact_table_free(table);
  return NULL;
}

/* Returns whether a step has a row, whose first column is then in `ret_value`; -1 on failure. */
static int
step_ask(struct fact_table *table, enum step_number number, const struct fact_place *place,
         gconstpointer data, int *ret_value, GError **error)
{
  sqlite3_stmt *statement = table->steps[number].statement;

  step_bind(table, number, place, data);
  int row = sql_step(statement, error);
  if (row > 0) {
    *ret_value = sqlite3_column_int(statement, 0);
    sqlite3_reset(statement);
  }
  return row;
}

static bool
insert(struct fact_table *table, const struct fact_place *place, gconstpointer data, GError **error)
{
  const gint64 hash = table->sql->hash ? table->sql->hash(data) : VALUE_HASH_NONE;
  guint64 touched = 0;

  return step_run(table, BEFORE_INSERT, place, data, &touched, error) &&
         step_run(table, INSERT, place, data, &table->changes->opened, error) &&
         (hash == VALUE_HASH_NONE || value_marks_add(table->marks, hash, place->domain_id, error));
}

bool
fact_table_keep(struct fact_table *table, const struct fact_place *place, gconstpointer data,
                GError **error)
{
  int row = 0, same = 0;

  if (!place->is_new && (row = step_ask(table, COMPARE, place, data, &same, error)) < 0)
    return false;
  if (same)
    return true;
  if (row > 0 && !step_run(table, CLOSE, place, data, &table->changes->closed, error))
    return false;
  return insert(table, place, data, error);
}

bool
fact_table_mark_shared(struct fact_table *table, GError **error)
{
  return !table->marks || value_marks_flush(table->marks, error);
}

static char *
keys_to_json(const struct fact_sql *sql, GPtrArray *list)
{
  json_t *array = json_array();

  for (guint i = 0; sql->key && i < list->len; i++) {
    g_autofree char *key = sql->key(list->pdata[i]);
    json_array_append_new(array, json_string(key));
  }
  char *keys = json_dumps(array, JSON_COMPACT);
  json_decref(array);
  return keys;
}

bool
fact_table_close_absent(struct fact_table *table, const struct fact_place *place, GPtrArray *list,
                        GError **error)
{
  struct fact_place whole = *place;

  whole.count = list->len;
  whole.keys = keys_to_json(table->sql, list);
  bool done = step_run(table, CLOSE_ABSENT, &whole, NULL, &table->changes->closed, error);
  free(whole.keys);
  return done;
}

bool
fact_table_keep_list(struct fact_table *table, const struct fact_place *place, GPtrArray *list,
                     GError **error)
{
  for (guint i = 0; i < list->len; i++) {
    struct fact_place one = *place;

    one.position = i;
    if (!fact_table_keep(table, &one, list->pdata[i], error))
      return false;
  }
  return place->is_new || fact_table_close_absent(table, place, list, error);
}

bool
fact_table_close_lost(struct fact_table *table, const struct fact_place *place, GError **error)
{
  return step_run(table, CLOSE_LOST, place, NULL, &table->changes->closed, error);
}

bool
fact_table_close(struct fact_table *table, const struct fact_place *place, GError **error)
{
  g_autoptr(GPtrArray) none = g_ptr_array_new();

  if (table->steps[CLOSE_ABSENT].statement)
    return fact_table_close_absent(table, place, none, error);
  return step_run(table, CLOSE, place, NULL, &table->changes->closed, error);
}

bool
fact_list_is_unique(const struct fact_sql *sql, GPtrArray *list)
{
  if (list->len < 2)
    return true;
  g_autoptr(GHashTable) keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < list->len; i++)
    if (!g_hash_table_add(keys, sql->key(list->pdata[i])))
      return false;
  return true;
}
