/* SPDX-License-Identifier: Apache-2.0 */
/* UUIDs as libuuid reads and writes them. */
#include "store/uuid_text.h"

#include <string.h>
#include <uuid/uuid.h>

bool
uuid_text_is_canonical(const char *text)
{
  char again[UUID_STR_LEN];
  uuid_t uuid;

  if (uuid_parse(text, uuid) < 0)
    return false;
  uuid_unparse_lower(uuid, again);
  return strcmp(text, again) == 0;
}
