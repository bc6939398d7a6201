/* SPDX-License-Identifier: Apache-2.0 */
/* Who a stream is from. */
#pragma once

#include "facts/hypervisor.h"
#include "store/fact_table.h"
#include "store/ingest.h"

struct hypervisors;

struct hypervisors *hypervisors_new(sqlite3 *db, struct row_changes *changes, GError **error);
void hypervisors_free(struct hypervisors *hypervisors); /* NULL is fine */

/* A scan, and whom it asked. */
struct asking {
  gint64 scan_id;
  const char *uri;
  const struct ingest_options *options; /* not NULL: its name and labels count here */
};

/* By which URI a stream's hypervisor was asked: we know better than the host that was. */
const char *hypervisors_asked_uri(const struct ingest_options *options,
                                  const struct collection *collection);

/*
 * The row of a hypervisor that names itself, made if it is new, its facts kept. A row that was made
 * while it could not be reached becomes the hypervisor's, or ends when that has one already. A name
 * of the configuration goes to the hypervisor that answers; 0 with STORE_ERROR_STREAM where that
 * has another one, and with another STORE_ERROR.
 */
gint64 hypervisors_named(struct hypervisors *hypervisors, const struct asking *asking,
                         const struct hypervisor *hypervisor, GError **error);

/*
 * The row for whoever did not say who it is. Under a name of the configuration: that of the
 * hypervisor which answered as it before, else one that stands for the name. By a URI alone: that
 * of the one hypervisor which was last asked by it, or, where there is none or several, one that
 * stands for the URI. 0 with STORE_ERROR.
 */
gint64 hypervisors_unreached(struct hypervisors *hypervisors, const struct asking *asking,
                             GError **error);

/* By a URI alone, and nothing is made: 0 without an error where there is no such row. */
bool hypervisors_by_uri(struct hypervisors *hypervisors, const char *uri, gint64 *ret_id,
                        GError **error);

/* Its name as in the view, new. NULL with STORE_ERROR. */
char *hypervisors_name(struct hypervisors *hypervisors, gint64 id, GError **error);
