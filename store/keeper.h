/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What keeps one kind of fact: domains, images or guests. The kinds differ in their SQL and in a
 * few functions; what is common, that a line which is known costs nothing and that nothing is named
 * twice, is here.
 */
#pragma once

#include "store/fact_table.h"
#include "store/line_feed.h"
#include "store/subject.h"

#define KEEPER_TABLES 12

struct keeper_kind {
  struct subject_sql subject;
  const struct fact_sql *tables[KEEPER_TABLES]; /* unused ones NULL */

  /* What the shape cannot say. False with STORE_ERROR_STREAM. NULL: nothing. */
  bool (*check)(gconstpointer data, GError **error);

  /* Whether it was read; NULL: that is no question. */
  bool (*was_read)(gconstpointer data);

  bool (*keep)(struct fact_table *const *tables, const struct fact_place *place, gconstpointer data,
               GError **error);
};

extern const struct keeper_kind keeper_domain, keeper_image, keeper_guest;

struct keeper;

/* `changes` counts rows as long as the keeper lives. */
struct keeper *keeper_new(sqlite3 *db, enum fact_kind fact, const struct keeper_kind *kind,
                          struct row_changes *changes, GError **error);

/* Whatever is of a domain is taken only once `domains`, which keeps these, has taken that. */
void keeper_follow(struct keeper *keeper, const struct keeper *domains);
void keeper_free(struct keeper *keeper); /* NULL is fine */

/* Begin a stream. What its version does not tell of yet ends only with what it is of. */
void keeper_begin(struct keeper *keeper, gint64 hypervisor_id, gint64 scan_id, gint64 version);

/* What became of a line. */
struct keeping {
  bool was_known; /* by its digest: nothing was written */
  bool was_read;  /* of a guest: its status is ok; true of other kinds */
};

/*
 * Keep the fact of a line. False with STORE_ERROR_STREAM when it is refused, with another
 * STORE_ERROR when the ledger failed.
 */
bool keeper_take(struct keeper *keeper, struct line *line, struct keeping *ret_keeping,
                 GError **error);

/* After the last line of a stream: mark what several domains have. */
bool keeper_mark_shared(struct keeper *keeper, GError **error);

/* After a complete stream: end what it did not name. */
bool keeper_close_absent(struct keeper *keeper, GError **error);

/*
 * End the domain of a UUID, or what is kept of it; nothing where there is none. STORE_ERROR_STREAM
 * when the stream has named it.
 */
bool keeper_close_domain(struct keeper *keeper, const char *uuid, GError **error);
