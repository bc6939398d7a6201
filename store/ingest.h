/* SPDX-License-Identifier: Apache-2.0 */
/* Facts into the ledger. */
#pragma once

#include "store/ledger.h"

#include <stdio.h>

/* What became of one stream. */
struct ingest_result {
  gint64 scan_id;
  gint64 hypervisor_id; /* 0 when the stream names none */
  char *hypervisor;     /* its name as in the view; NULL when the stream names none */
  char *uri;
  char *status; /* END_* of facts/hypervisor.h: complete, partial, … */
  char *error;
  guint64 domains, images, guests; /* facts of each kind */
  guint64 unread;                  /* guests whose status is not ok, running ones too */
  guint64 opened, closed;          /* rows of the ledger that began and ended */
  bool cut;                        /* the stream had no end */
};
typedef struct ingest_result IngestResult;

void ingest_result_free(struct ingest_result *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IngestResult, ingest_result_free)

/* What is known of a stream better than it knows itself. All may be NULL. */
struct ingest_options {
  /* The [hypervisor NAME] that was asked; the input is one stream then. */
  const char *configured_as;
  const char *uri;    /* by which it was asked, without a password; NULL: what the stream says */
  const char *labels; /* of that section, separated by ", " */
  const char *const *configured; /* the names of all such sections, ended by NULL */
};

/*
 * Ingest every stream that `in` holds, one after another; each is one transaction. Returns a new
 * array of struct ingest_result. A stream that breaks a rule of docs/facts.md is refused as a
 * whole: nothing of it is kept but a scan row that says so, the streams before it stay, and NULL
 * comes back with STORE_ERROR_STREAM, the line and the reason. A stream without its end is kept, as
 * partial.
 *
 * A stream that names a hypervisor as which another configured one has answered is refused, too: a
 * host that lies about who it is costs itself only. `options` NULL stands for one without any.
 */
GPtrArray *ingest_streams(struct ledger *ledger, FILE *in, const struct ingest_options *options,
                          GError **error);
