/* SPDX-License-Identifier: Apache-2.0 */
/*
 * User-data and vendor-data, read as cloud-init does (cloudinit/user_data.py of 22.4): gzip, a MIME
 * message, an archive, or one part alone, and the cloud-config of all parts merged. A part that
 * cannot be read is trouble; the others count all the same. Nothing is fetched and no template is
 * filled in: parts that need it are CLOUD_UNSUPPORTED.
 */
#pragma once

#include "guest/cloud/cloud_config.h"
#include "guest/cloud/trouble.h"
#include "guest/text.h"

#define USER_DATA_PARTS_MAX    64
#define USER_DATA_EXPANDED_MAX ((gsize)2 << 20) /* bytes of all parts, decoded */

struct user_data {
  struct trouble trouble;
  GPtrArray *types; /* char *: MIME type of each part, fit for a list of words */
  struct cloud_config *config;
  char *fetched_from; /* the first URL of an include, without secrets; NULL without */
  GPtrArray *secrets; /* char *: as secrets_find() has them, or "part[2]" of a script */
};
typedef struct user_data UserData;

/* New. `name` is what details begin with, `prefix` what names of secrets begin with. */
struct user_data *user_data_read(struct text bytes, const char *name, const char *prefix);
void user_data_free(struct user_data *data); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(UserData, user_data_free)
