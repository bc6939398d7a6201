/* SPDX-License-Identifier: Apache-2.0 */
/* What stays of a stream that was refused. */
#pragma once

#include "facts/hypervisor.h"
#include "store/ingest.h"

struct refusal {
  const struct ingest_options *options; /* not NULL */
  const struct collection *collection;  /* its first line; NULL when not even that was taken */
  const char *why;
};

/*
 * Write the row of a scan that says why, in a transaction of its own, for the hypervisor that was
 * asked as far as that is known without believing the stream. Should that fail, there is none.
 */
void refusal_write(sqlite3 *db, const struct refusal *refusal);
