/* SPDX-License-Identifier: Apache-2.0 */
/* The keepers of all kinds of facts that are kept, together. */
#pragma once

#include "store/keeper.h"

struct keepers;

/* `changes` counts rows as long as they live. NULL with STORE_ERROR. */
struct keepers *keepers_new(sqlite3 *db, struct row_changes *changes, GError **error);
void keepers_free(struct keepers *keepers); /* NULL is fine */

/* Whether facts of a kind are kept; the other kinds are about the stream. */
bool keepers_keep(enum fact_kind kind);

/* The functions of keeper.h, for the keeper of a kind that is kept, or for all of them. */
bool keepers_take(struct keepers *keepers, enum fact_kind kind, struct line *line,
                  struct keeping *ret_keeping, GError **error);
void keepers_begin(struct keepers *keepers, gint64 hypervisor_id, gint64 scan_id, gint64 version);
bool keepers_mark_shared(struct keepers *keepers, GError **error);
bool keepers_close_absent(struct keepers *keepers, GError **error);
bool keepers_close_domain(struct keepers *keepers, const char *uuid, GError **error);
