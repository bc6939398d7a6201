/* SPDX-License-Identifier: Apache-2.0 */
/* Which hypervisor answers as which [hypervisor NAME] section of the configuration. */
#pragma once

#include "store/ingest.h"

struct claims;

struct claims *claims_new(sqlite3 *db, GError **error);
void claims_free(struct claims *claims); /* NULL is fine */

/* The hypervisor that has answered under a name; 0 when none has. False with STORE_ERROR. */
bool claims_find(struct claims *claims, const char *name, gint64 *ret_id, GError **error);

/*
 * Whether a hypervisor may answer under options->configured_as: not while it does so under another
 * name that is still configured. Without a name it may. False with STORE_ERROR_STREAM, or another.
 */
bool claims_admit(struct claims *claims, const struct ingest_options *options, gint64 id,
                  GError **error);

/* From now on the name is this hypervisor's, whoever had it. NULL: nothing to do. */
bool claims_take(struct claims *claims, const char *name, gint64 id, GError **error);
