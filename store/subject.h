/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows that last: domains, images and guests of a hypervisor, each with its key, the digest of
 * the line it was last read from, and a mark whether the present stream has named it.
 */
#pragma once

#include "facts/stream.h"
#include "store/ledger.h"
#include "store/line_feed.h"

#define SUBJECT_KEYS 2

/* The SQL of one kind. Parameters: :hypervisor_id, :key, :key2, :domain_id, :id, :digest. */
struct subject_sql {
  size_t keys;        /* texts that make the key: the first fields of the shape */
  const char *find;   /* -> id or NULL, digest or NULL, domain_id of a guest, whether it was read */
  const char *insert; /* a row with its digest */
  const char *set_digest;
  const char *current;   /* -> id of every current one */
  const char *of_domain; /* likewise, of those that go with the domain :key; NULL: none do */
};

struct subject_key {
  struct stream_text texts[SUBJECT_KEYS];
};

/* What the ledger knows of a key. */
struct subject {
  gint64 id;        /* 0: nothing yet */
  gint64 domain_id; /* of a guest: 0 when its domain is not known */
  bool same;        /* it was last read from the very same line */
  bool was_read;    /* of a guest: the last attempt succeeded */
};

struct subjects;

/* The statements of one kind, prepared. NULL with STORE_ERROR. */
struct subjects *subjects_new(sqlite3 *db, const struct subject_sql *sql, GError **error);
void subjects_free(struct subjects *subjects); /* NULL is fine */

/* Begin a stream of a hypervisor: nothing has been named. */
void subjects_begin(struct subjects *subjects, gint64 hypervisor_id);

/* What the ledger knows of a key, and whether it was read from a line of this digest. */
bool subjects_find(struct subjects *subjects, const struct subject_key *key, const guint8 *digest,
                   struct subject *ret_subject, GError **error);

/* Give the subject its row (then it gets its id) or its row the new digest. */
bool subjects_keep(struct subjects *subjects, const struct subject_key *key, const guint8 *digest,
                   struct subject *subject, GError **error);

/* Mark as named. False when it already was, with STORE_ERROR_STREAM. */
bool subjects_name(struct subjects *subjects, gint64 id, GError **error);

/* Whether the present stream has named it. */
bool subjects_is_named(const struct subjects *subjects, gint64 id);

/*
 * The current ones that were not named, as a new array of gint64, their digests gone. NULL with
 * STORE_ERROR.
 */
GArray *subjects_take_absent(struct subjects *subjects, GError **error);

/*
 * Likewise, those that go with the domain of a UUID, which count as named now: STORE_ERROR_STREAM
 * when they were already.
 */
GArray *subjects_take_of_domain(struct subjects *subjects, const char *uuid, GError **error);
