/* SPDX-License-Identifier: Apache-2.0 */
/* Reading 128-bit identifiers. */
#include "guest/id128.h"

#include <string.h>

#define DASHED_LENGTH ((gsize)36)

char *
id128_decode(const char *text, gsize length)
{
  if (length != ID128_DIGITS)
    return NULL;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isxdigit(text[i]))
      return NULL;
  return g_ascii_strdown(text, (gssize)length);
}

char *
id128_decode_dashed(const char *text, gsize length)
{
  static const guint8 group_ends[] = {8, 13, 18, 23, 36};
  char digits[ID128_DIGITS];
  gsize from = 0, count = 0;

  if (length != DASHED_LENGTH)
    return id128_decode(text, length);
  for (gsize i = 0; i < G_N_ELEMENTS(group_ends); i++) {
    gsize end = group_ends[i];

    if (end < length && text[end] != '-')
      return NULL;
    memcpy(digits + count, text + from, end - from);
    count += end - from;
    from = end + 1;
  }
  return id128_decode(digits, count);
}
