/* SPDX-License-Identifier: Apache-2.0 */
/* Keys, digests, and a bit for each row that says whether it was named. */
#include "store/subject.h"

#include "store/sql.h"

#include <string.h>

/* Their bits take 512 MiB: we have written no ledger with more rows. */
#define ID_MAX G_MAXUINT32

struct subjects {
  const struct subject_sql *sql;
  sqlite3_stmt *find, *insert, *set_digest, *current;
  sqlite3_stmt *of_domain; /* NULL: none go with one */
  gint64 hypervisor_id;
  GByteArray *named; /* bit by id; of no more than its length are any set */
};

struct subjects *
subjects_new(sqlite3 *db, const struct subject_sql *sql, GError **error)
{
  struct subjects *subjects = g_new0(struct subjects, 1);

  subjects->sql = sql;
  subjects->named = g_byte_array_new();
  if ((subjects->find = sql_prepare(db, sql->find, error)) &&
      (subjects->insert = sql_prepare(db, sql->insert, error)) &&
      (subjects->set_digest = sql_prepare(db, sql->set_digest, error)) &&
      (subjects->current = sql_prepare(db, sql->current, error)) &&
      (!sql->of_domain || (subjects->of_domain = sql_prepare(db, sql->of_domain, error))))
    return subjects;
  subjects_free(subjects);
  return NULL;
}

void
subjects_free(struct subjects *subjects)
{
  if (!subjects)
    return;
  sqlite3_finalize(subjects->find);
  sqlite3_finalize(subjects->insert);
  sqlite3_finalize(subjects->set_digest);
  sqlite3_finalize(subjects->current);
  sqlite3_finalize(subjects->of_domain);
  g_byte_array_unref(subjects->named);
  g_free(subjects);
}

void
subjects_begin(struct subjects *subjects, gint64 hypervisor_id)
{
  subjects->hypervisor_id = hypervisor_id;
  g_byte_array_set_size(subjects->named, 0);
}

static void
bind_key(struct subjects *subjects, sqlite3_stmt *statement, const struct subject_key *key)
{
  static const char *const names[SUBJECT_KEYS] = {":key", ":key2"};

  sql_bind_number(statement, ":hypervisor_id", subjects->hypervisor_id);
  for (size_t i = 0; i < subjects->sql->keys; i++) {
    int parameter = sqlite3_bind_parameter_index(statement, names[i]);

    if (parameter > 0)
      sqlite3_bind_text(statement, parameter, key->texts[i].text, (int)key->texts[i].length,
                        SQLITE_STATIC);
  }
}

static bool
is_same(sqlite3_stmt *row, int column, const guint8 *digest)
{
  return sqlite3_column_bytes(row, column) == LINE_DIGEST_SIZE &&
         memcmp(sqlite3_column_blob(row, column), digest, LINE_DIGEST_SIZE) == 0;
}

bool
subjects_find(struct subjects *subjects, const struct subject_key *key, const guint8 *digest,
              struct subject *ret_subject, GError **error)
{
  sqlite3_stmt *find = subjects->find;

  bind_key(subjects, find, key);
  int row = sql_step(find, error);
  if (row < 0)
    return false;
  *ret_subject = (struct subject){0};
  if (row == 0)
    return true;
  *ret_subject = (struct subject){
      .id = sqlite3_column_int64(find, 0),
      .same = is_same(find, 1, digest),
      .domain_id = sqlite3_column_int64(find, 2),
      .was_read = sqlite3_column_int(find, 3),
  };
  sqlite3_reset(find);
  return true;
}

static bool
insert(struct subjects *subjects, const struct subject_key *key, const guint8 *digest,
       struct subject *subject, GError **error)
{
  sqlite3_stmt *statement = subjects->insert;

  bind_key(subjects, statement, key);
  sql_bind_number(statement, ":domain_id", subject->domain_id);
  sql_bind_bytes(statement, ":digest", digest, LINE_DIGEST_SIZE);
  if (!sql_run(statement, error))
    return false;
  subject->id = sqlite3_last_insert_rowid(sqlite3_db_handle(statement));
  return true;
}

static bool
set_digest(struct subjects *subjects, gint64 id, const guint8 *digest, GError **error)
{
  sqlite3_stmt *statement = subjects->set_digest;

  sql_bind_number(statement, ":id", id);
  sql_bind_bytes(statement, ":digest", digest, digest ? LINE_DIGEST_SIZE : 0);
  return sql_run(statement, error);
}

bool
subjects_keep(struct subjects *subjects, const struct subject_key *key, const guint8 *digest,
              struct subject *subject, GError **error)
{
  if (subject->id == 0)
    return insert(subjects, key, digest, subject, error);
  return set_digest(subjects, subject->id, digest, error);
}

bool
subjects_is_named(const struct subjects *subjects, gint64 id)
{
  return id / 8 < subjects->named->len && (subjects->named->data[id / 8] & 1 << id % 8);
}

/* Byte arrays grow unwritten. */
static void
make_room(GByteArray *bits, guint bytes)
{
  guint old = bits->len;

  if (bytes <= old)
    return;
  g_byte_array_set_size(bits, bytes);
  memset(bits->data + old, 0, bytes - old);
}

bool
subjects_name(struct subjects *subjects, gint64 id, GError **error)
{
  if (id < 0 || id > ID_MAX) {
    g_set_error(error, STORE_ERROR, STORE_ERROR_CORRUPT,
                "a row of the ledger has a number of %" G_GINT64_FORMAT, id);
    return false;
  }
  if (subjects_is_named(subjects, id)) {
    g_set_error(error, STORE_ERROR, STORE_ERROR_STREAM, "it is the second fact about one thing");
    return false;
  }
  make_room(subjects->named, (guint)(id / 8 + 1));
  subjects->named->data[id / 8] |= (guint8)(1 << id % 8);
  return true;
}

/* The rows of a statement whose other parameters are bound: all, or those that were not named. */
static GArray *
list(struct subjects *subjects, sqlite3_stmt *rows, bool all, GError **error)
{
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  int row;

  sql_bind_number(rows, ":hypervisor_id", subjects->hypervisor_id);
  while ((row = sql_step(rows, error)) > 0) {
    gint64 id = sqlite3_column_int64(rows, 0);

    if (all || !subjects_is_named(subjects, id))
      g_array_append_val(ids, id);
  }
  return row == 0 ? g_steal_pointer(&ids) : NULL;
}

/* `ids` may be NULL: then there is an error already. */
static GArray *
forget(struct subjects *subjects, GArray *ids, GError **error)
{
  for (guint i = 0; ids && i < ids->len; i++)
    if (!set_digest(subjects, g_array_index(ids, gint64, i), NULL, error)) {
      g_array_unref(ids);
      return NULL;
    }
  return ids;
}

GArray *
subjects_take_absent(struct subjects *subjects, GError **error)
{
  return forget(subjects, list(subjects, subjects->current, false, error), error);
}

GArray *
subjects_take_of_domain(struct subjects *subjects, const char *uuid, GError **error)
{
  if (!subjects->of_domain)
    return g_array_new(FALSE, FALSE, sizeof(gint64));
  sql_bind_text(subjects->of_domain, ":key", uuid);
  g_autoptr(GArray) ids = list(subjects, subjects->of_domain, true, error);
  for (guint i = 0; ids && i < ids->len; i++)
    if (!subjects_name(subjects, g_array_index(ids, gint64, i), error))
      return NULL;
  return forget(subjects, g_steal_pointer(&ids), error);
}
