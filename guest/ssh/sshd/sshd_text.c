/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a configuration file. */
#include "guest/ssh/sshd/sshd_text.h"

#include <string.h>

char *
sshd_text_load(struct text rest)
{
  GString *text = g_string_sized_new(rest.length);

  while (rest.length > 0) {
    const char *end = memchr(rest.at, '\n', rest.length);
    gsize length = end ? (gsize)(end + 1 - rest.at) : rest.length;
    struct text line = {rest.at, length};

    rest = (struct text){rest.at + length, rest.length - length};
    while (line.length > 0 && (*line.at == ' ' || *line.at == '\t' || *line.at == '\r'))
      line = (struct text){line.at + 1, line.length - 1};
    g_string_append_len(text, line.at, (gssize)strnlen(line.at, line.length));
  }
  return g_string_free(text, FALSE);
}
