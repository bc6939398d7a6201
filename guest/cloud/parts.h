/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of user-data, each read as what its MIME type says. */
#pragma once

#include "guest/cloud/user_data.h"

#include <stdbool.h>

struct parts {
  struct user_data *data;    /* what is read goes there */
  const char *name, *prefix; /* as user_data_read() has them */
  gsize expanded;            /* bytes of those so far */
};

struct part {
  const char *type;
  const char *merge_type; /* NULL without */
  struct text body;       /* decoded */
  const char *where;      /* what details of it begin with */
  bool is_archived;       /* an entry of an archive: cloud-init looks no deeper into it */
};

/* Read a part, and in an archive its entries; those over a limit are trouble alone. */
void parts_add(struct parts *parts, const struct part *part);
