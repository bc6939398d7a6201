/* SPDX-License-Identifier: Apache-2.0 */
/* How store/ speaks to SQLite: constants of SQL, one statement at a time, one kind of error. */
#pragma once

#include "store/ledger.h"

typedef struct sqlite3_stmt Statement;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Statement, sqlite3_finalize)

/* Turn what SQLite says of the call that failed into a STORE_ERROR. */
void sql_set_error(sqlite3 *db, GError **error);

/* A statement to be run many times. It is the caller's. NULL with STORE_ERROR. */
sqlite3_stmt *sql_prepare(sqlite3 *db, const char *sql, GError **error);

/*
 * Bind by name, colon included; a statement without that parameter is left as it is. Texts and
 * blobs must outlive the run; NULL binds NULL.
 */
void sql_bind_number(sqlite3_stmt *statement, const char *name, gint64 value);
void sql_bind_text(sqlite3_stmt *statement, const char *name, const char *text);
void sql_bind_bytes(sqlite3_stmt *statement, const char *name, gconstpointer bytes, size_t size);

/* Run a statement that gives no rows, and make it ready for the next run. */
bool sql_run(sqlite3_stmt *statement, GError **error);

/*
 * The next row: 1; 0 when there is none, -1 with STORE_ERROR, and in both the statement is ready
 * for its next run. After a row that is enough, call sqlite3_reset().
 */
int sql_step(sqlite3_stmt *statement, GError **error);

/* The number in the first column of the first row, 0 when there is none; then as sql_run(). */
bool sql_find_number(sqlite3_stmt *statement, gint64 *ret_number, GError **error);

/* Run a script: statements without parameters, rows unseen. */
bool sql_script(sqlite3 *db, const char *sql, GError **error);

/* The number in the first column of the only row of a query. */
bool sql_number(sqlite3 *db, const char *sql, gint64 *ret_number, GError **error);

/* A writing transaction: waits for other writers. To roll back cannot fail. */
bool sql_begin(sqlite3 *db, GError **error);
bool sql_commit(sqlite3 *db, GError **error);
void sql_rollback(sqlite3 *db); /* fine, too, where SQLite has already done it */
