/* SPDX-License-Identifier: Apache-2.0 */
/* Statements of SQLite, with our errors. */
#include "store/sql.h"

struct sql_error {
  int code; /* of SQLite */
  enum store_error error;
  const char *text;
};

static const struct sql_error sql_errors[] = {
    {SQLITE_BUSY, STORE_ERROR_BUSY, "another program is writing to the ledger, and does not end"},
    {SQLITE_FULL, STORE_ERROR_FULL, "no space is left for the ledger"},
    {SQLITE_IOERR, STORE_ERROR_FULL, "the ledger cannot be read or written"},
    {SQLITE_READONLY, STORE_ERROR_FULL, "the ledger may only be read"},
    {SQLITE_CANTOPEN, STORE_ERROR_FULL, "the ledger or its journal cannot be opened"},
    {SQLITE_CORRUPT, STORE_ERROR_CORRUPT, "the ledger is damaged"},
    {SQLITE_NOTADB, STORE_ERROR_FOREIGN, "the file is not a ledger"},
};

void
sql_set_error(sqlite3 *db, GError **error)
{
  const int code = sqlite3_errcode(db) & 0xff;
  const char *text = sqlite3_errmsg(db);

  for (size_t i = 0; i < G_N_ELEMENTS(sql_errors); i++) {
    const struct sql_error *known = &sql_errors[i];

    if (known->code == code) {
      g_set_error(error, STORE_ERROR, known->error, "%s (%s)", known->text, text);
      return;
    }
  }
  g_set_error(error, STORE_ERROR, STORE_ERROR_SQL, "the ledger: %s", text);
}

sqlite3_stmt *
sql_prepare(sqlite3 *db, const char *sql, GError **error)
{
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
    sql_set_error(db, error);
  return statement;
}

void
sql_bind_number(sqlite3_stmt *statement, const char *name, gint64 value)
{
  int parameter = sqlite3_bind_parameter_index(statement, name);

  if (parameter > 0)
    sqlite3_bind_int64(statement, parameter, value);
}

void
sql_bind_text(sqlite3_stmt *statement, const char *name, const char *text)
{
  int parameter = sqlite3_bind_parameter_index(statement, name);

  if (parameter > 0)
    sqlite3_bind_text(statement, parameter, text, -1, SQLITE_STATIC);
}

void
sql_bind_bytes(sqlite3_stmt *statement, const char *name, gconstpointer bytes, size_t size)
{
  int parameter = sqlite3_bind_parameter_index(statement, name);

  if (parameter > 0)
    sqlite3_bind_blob64(statement, parameter, bytes, size, SQLITE_STATIC);
}

int
sql_step(sqlite3_stmt *statement, GError **error)
{
  int code = sqlite3_step(statement);

  if (code == SQLITE_ROW)
    return 1;
  if (code == SQLITE_DONE) {
    sqlite3_reset(statement);
    return 0;
  }
  sql_set_error(sqlite3_db_handle(statement), error);
  sqlite3_reset(statement);
  return -1;
}

bool
sql_run(sqlite3_stmt *statement, GError **error)
{
  int row = sql_step(statement, error);

  g_assert(row <= 0);
  return row == 0;
}

bool
sql_script(sqlite3 *db, const char *sql, GError **error)
{
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
    return true;
  sql_set_error(db, error);
  return false;
}

bool
sql_find_number(sqlite3_stmt *statement, gint64 *ret_number, GError **error)
{
  int row = sql_step(statement, error);

  if (row < 0)
    return false;
  *ret_number = row ? sqlite3_column_int64(statement, 0) : 0;
  sqlite3_reset(statement);
  return true;
}

bool
sql_number(sqlite3 *db, const char *sql, gint64 *ret_number, GError **error)
{
  g_autoptr(Statement) statement = sql_prepare(db, sql, error);

  if (!statement || sql_step(statement, error) < 0)
    return false;
  *ret_number = sqlite3_column_int64(statement, 0);
  return true;
}

bool
sql_begin(sqlite3 *db, GError **error)
{
  return sql_script(db, "BEGIN IMMEDIATE", error);
}

bool
sql_commit(sqlite3 *db, GError **error)
{
  return sql_script(db, "COMMIT", error);
}

void
sql_rollback(sqlite3 *db)
{
  if (!sqlite3_get_autocommit(db))
    sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
}
