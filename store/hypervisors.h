/* SPDX-License-Identifier: Apache-2.0 */
/* Who a stream is from. */
#pragma once

#include "facts/hypervisor.h"
#include "store/fact_table.h"

struct hypervisors;

struct hypervisors *hypervisors_new(sqlite3 *db, struct row_changes *changes, GError **error);
void hypervisors_free(struct hypervisors *hypervisors); /* NULL is fine */

/* A scan, and the URI that it asked. */
struct asking {
  gint64 scan_id;
  const char *uri;
};

/*
 * The row of a hypervisor that names itself, made if it is new, its facts kept. A row that was made
 * while the URI could not be reached becomes the hypervisor's, or ends when that has one already. 0
 * with STORE_ERROR.
 */
gint64 hypervisors_named(struct hypervisors *hypervisors, const struct asking *asking,
                         const struct hypervisor *hypervisor, GError **error);

/*
 * The row for a URI that did not say who it is: that of the one hypervisor which was last asked by
 * it, or, where there is none or several, one that stands for the URI itself. 0 with STORE_ERROR.
 */
gint64 hypervisors_unreached(struct hypervisors *hypervisors, const struct asking *asking,
                             GError **error);

/* As before, but nothing is made: 0 without an error where there is no such row. */
bool hypervisors_by_uri(struct hypervisors *hypervisors, const char *uri, gint64 *ret_id,
                        GError **error);

/* Its name as in the view, new. NULL with STORE_ERROR. */
char *hypervisors_name(struct hypervisors *hypervisors, gint64 id, GError **error);
