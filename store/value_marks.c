/* SPDX-License-Identifier: Apache-2.0 */
/* Holders of values, in batches sorted by hash. */
#include "store/value_marks.h"

#include "store/sql.h"

/* 8 MiB. Each page of a table with ten million holders is then touched once for about ten. */
#define BATCH_MAX (512 * 1024)

struct holder {
  gint64 hash, domain_id;
};

struct value_marks {
  sqlite3_stmt *hold, *others, *mark;
  GArray *batch; /* of struct holder */
};

static const char HOLD[] = "INSERT INTO value_holder (hash, domain_id)\n"
                           "VALUES (:hash, :domain_id)\n"
                           "    ON CONFLICT DO NOTHING";

/* Two tell enough: once there were two, both have been marked. */
static const char OTHERS[] = "SELECT domain_id\n"
                             "  FROM value_holder\n"
                             " WHERE hash = :hash AND domain_id <> :domain_id\n"
                             " LIMIT 2";

struct value_marks *
value_marks_new(sqlite3 *db, const char *mark, GError **error)
{
  struct value_marks *marks = g_new0(struct value_marks, 1);

  marks->batch = g_array_new(false, false, sizeof(struct holder));
  if ((marks->hold = sql_prepare(db, HOLD, error)) &&
      (marks->others = sql_prepare(db, OTHERS, error)) &&
      (marks->mark = sql_prepare(db, mark, error)))
    return marks;
  value_marks_free(marks);
  return NULL;
}

void
value_marks_free(struct value_marks *marks)
{
  if (!marks)
    return;
  sqlite3_finalize(marks->hold);
  sqlite3_finalize(marks->others);
  sqlite3_finalize(marks->mark);
  g_array_unref(marks->batch);
  g_free(marks);
}

void
value_marks_clear(struct value_marks *marks)
{
  g_array_set_size(marks->batch, 0);
}

static void
bind(sqlite3_stmt *statement, gint64 hash, gint64 domain_id)
{
  sql_bind_number(statement, ":hash", hash);
  sql_bind_number(statement, ":domain_id", domain_id);
}

static bool
run(sqlite3_stmt *statement, gint64 hash, gint64 domain_id, GError **error)
{
  bind(statement, hash, domain_id);
  return sql_run(statement, error);
}

/* Up to two other domains that have the value; -1 on failure. */
static int
find_others(struct value_marks *marks, const struct holder *holder, gint64 others[2],
            GError **error)
{
  int count = 0, row;

  bind(marks->others, holder->hash, holder->domain_id);
  while ((row = sql_step(marks->others, error)) > 0)
    others[count++] = sqlite3_column_int64(marks->others, 0);
  return row < 0 ? -1 : count;
}

static bool
take(struct value_marks *marks, const struct holder *holder, GError **error)
{
  gint64 others[2];

  if (!run(marks->hold, holder->hash, holder->domain_id, error))
    return false;
  const int count = find_others(marks, holder, others, error);
  if (count <= 0)
    return count == 0;
  return run(marks->mark, holder->hash, holder->domain_id, error) &&
         (count > 1 || run(marks->mark, holder->hash, others[0], error));
}

static int
compare(gconstpointer a, gconstpointer b)
{
  const struct holder *one = a, *other = b;

  if (one->hash != other->hash)
    return one->hash < other->hash ? -1 : 1;
  return (one->domain_id > other->domain_id) - (one->domain_id < other->domain_id);
}

bool
value_marks_flush(struct value_marks *marks, GError **error)
{
  const struct holder *before = NULL;

  g_array_sort(marks->batch, compare);
  for (guint i = 0; i < marks->batch->len; i++) {
    const struct holder *holder = &g_array_index(marks->batch, struct holder, i);

    if ((!before || compare(before, holder) != 0) && !take(marks, holder, error))
      return false;
    before = holder;
  }
  value_marks_clear(marks);
  return true;
}

bool
value_marks_add(struct value_marks *marks, gint64 hash, gint64 domain_id, GError **error)
{
  const struct holder holder = {hash, domain_id};

  g_array_append_val(marks->batch, holder);
  return marks->batch->len < BATCH_MAX || value_marks_flush(marks, error);
}
