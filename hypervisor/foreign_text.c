/* SPDX-License-Identifier: Apache-2.0 */
/* Cleaning foreign text. */
#include "hypervisor/foreign_text.h"

#include <glib.h>
#include <string.h>

char *
foreign_text_clean(const char *text, size_t max)
{
  char *clean = g_utf8_make_valid(text, (gssize)strnlen(text, max));

  if (strlen(clean) > max) { /* a replaced byte became three */
    char *end = g_utf8_find_prev_char(clean, clean + max + 1);
    *end = '\0';
  }
  return clean;
}
