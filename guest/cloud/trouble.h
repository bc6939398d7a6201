/* SPDX-License-Identifier: Apache-2.0 */
/* The first thing that went wrong in reading what cloud-init is told, as a fact's status. */
#pragma once

#include <glib.h>

struct trouble {
  const char *status; /* a CLOUD_* of facts/cloud.h; NULL: none */
  char *detail;
};

/* Note it unless something is noted. */
void trouble_note(struct trouble *trouble, const char *status, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* The same of an error of YAML, MIME, gzip or a road, about `where`: "user-data". */
void trouble_note_error(struct trouble *trouble, const char *where, const GError *error);

void trouble_clear(struct trouble *trouble);
