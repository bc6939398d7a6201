/* SPDX-License-Identifier: Apache-2.0 */
/* Lines and fields of passwd(5) and its like. */
#include "guest/ssh/accounts/colon_file.h"

#include <string.h>

bool
colon_file_next(struct text *rest, struct text *ret_line)
{
  while (rest->length > 0) {
    struct text line = text_cut(rest, '\n');

    line = text_cut(&line, '\0');
    while (line.length > 0 && g_ascii_isspace(line.at[0]))
      text_drop(&line, 1);
    if (line.length == 0 || strchr("#+-:", line.at[0]))
      continue;
    *ret_line = line;
    return true;
  }
  return false;
}

struct text
colon_file_field(struct text *line)
{
  return text_cut(line, ':');
}

bool
colon_file_number(struct text field, guint64 max, guint64 *ret_number)
{
  g_autofree char *text = colon_file_string(field);
  char *end;
  guint64 number = g_ascii_strtoull(text, &end, 10);

  if (end == text || *end != '\0' || number > max)
    return false;
  *ret_number = number;
  return true;
}

char *
colon_file_string(struct text field)
{
  return g_strndup(field.at, field.length);
}
