/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables of facts with validity: a row begins at one scan and ends at another. To keep a fact is to
 * write nothing while the current row says the same, and else to end that row and begin one.
 */
#pragma once

#include "facts/shape.h"
#include "store/ledger.h"

/* How many rows began and ended. */
struct row_changes {
  guint64 opened, closed;
};

/* Where a fact belongs: SQL parameters beside those of the fact's own shape. */
struct fact_place {
  gint64 scan_id;
  gint64 id;        /* of the thing that the fact is about */
  gint64 domain_id; /* where that is worth a column of its own */
  gint64 position;  /* in its list, from 0 */
  gint64 count;     /* of its list */
  char *keys;       /* of its list, as a JSON array of texts */
  const char *root; /* of a guest, that the fact is in; NULL means all of them */
  const char *seed; /* likewise, of a guest or domain: the place of its seed */
  gint64 version;   /* of the stream that tells it */
  bool is_new;      /* the thing has no facts yet: nothing to compare */
};

/*
 * The SQL of one table. Parameters are the shape's fields and those of struct fact_place.
 */
struct fact_sql {
  const struct shape *shape;
  const char *compare; /* SELECT whether the current row says the same; no row: there is none */
  const char *close;   /* UPDATE the current row's until_scan */
  const char *before_insert; /* NULL: nothing to do */
  const char *insert;
  gint64 (*hash)(gconstpointer data); /* of a value that no other domain should have: value_hash();
                                         NULL when it has none */
  const char *mark;                   /* of value_marks_new; NULL without `hash` */
  const char *close_absent; /* of a list: UPDATE until_scan of the current rows that are not in
                               :keys, or not below :count. NULL when the thing has but one row */
  const char *close_lost;   /* of a list in another fact: UPDATE until_scan of the current rows
                               whose own has none; NULL: it is in no other */
  char *(*key)(gconstpointer data); /* of a list: a new text; NULL when the position is the key */
};

struct fact_table;

/* `sql` must outlive it, and `changes`, which counts its rows. NULL with STORE_ERROR. */
struct fact_table *fact_table_new(sqlite3 *db, const struct fact_sql *sql,
                                  struct row_changes *changes, GError **error);
void fact_table_free(struct fact_table *table); /* NULL is fine */

/* Keep one fact. This and all below: false with STORE_ERROR. */
bool fact_table_keep(struct fact_table *table, const struct fact_place *place, gconstpointer data,
                     GError **error);

/* Keep a list of facts about one thing, and end the rows of those that are not in it. */
bool fact_table_keep_list(struct fact_table *table, const struct fact_place *place, GPtrArray *list,
                          GError **error);

/* After the last fact of a stream: mark the new rows whose values others have, too. */
bool fact_table_mark_shared(struct fact_table *table, GError **error);

/* End the rows of those that are not in the list. */
bool fact_table_close_absent(struct fact_table *table, const struct fact_place *place,
                             GPtrArray *list, GError **error);

/* End the rows of lists whose own fact has ended; `sql` has `close_lost`. */
bool fact_table_close_lost(struct fact_table *table, const struct fact_place *place,
                           GError **error);

/* End every current row of the thing. */
bool fact_table_close(struct fact_table *table, const struct fact_place *place, GError **error);

/* Whether all keys of a list differ; `sql` has a key function. */
bool fact_list_is_unique(const struct fact_sql *sql, GPtrArray *list);
