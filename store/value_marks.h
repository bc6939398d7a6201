/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Marks rows whose value another domain has, too. Which domains have a value is kept in the table
 * value_holder by its hash, which is small however long values are; and new holders are written
 * many at a time in the order of the table. One by one, each would cost reading and writing a page
 * of its own as soon as the table is larger than SQLite's cache.
 */
#pragma once

#include "store/ledger.h"

struct value_marks;

/*
 * `mark` is an UPDATE that sets the mark of the current rows of :domain_id whose value has :hash.
 * NULL with STORE_ERROR.
 */
struct value_marks *value_marks_new(sqlite3 *db, const char *mark, GError **error);
void value_marks_free(struct value_marks *marks); /* NULL is fine */

/* A row of the domain has begun. It may be marked now or with value_marks_flush. */
bool value_marks_add(struct value_marks *marks, gint64 hash, gint64 domain_id, GError **error);

/* Mark what is to be marked of the rows that were added. */
bool value_marks_flush(struct value_marks *marks, GError **error);

/* Forget what was added: its rows are gone. */
void value_marks_clear(struct value_marks *marks);
