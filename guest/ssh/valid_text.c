/* SPDX-License-Identifier: Apache-2.0 */
/* Making text of bytes. */
#include "guest/ssh/valid_text.h"

#include <string.h>

char *
valid_text(const char *bytes, gsize max)
{
  char *text = g_utf8_make_valid(bytes, -1);

  if (strlen(text) > max) {
    const char *end = g_utf8_find_prev_char(text, text + max + 1);
    text[end ? (gsize)(end - text) : 0] = '\0';
  }
  return text;
}
