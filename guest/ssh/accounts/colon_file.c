/* SPDX-License-Identifier: Apache-2.0 */
/* Lines and fields of passwd(5) and its like. */
#include "guest/ssh/accounts/colon_file.h"

#include <string.h>

static struct text
cut_off(struct text *rest, char separator)
{
  const char *end = rest->length > 0 ? memchr(rest->at, separator, rest->length) : NULL;
  struct text part = {rest->at, end ? (gsize)(end - rest->at) : rest->length};
  gsize used = part.length + (end ? 1 : 0);

  *rest = (struct text){rest->at + used, rest->length - used};
  return part;
}

bool
colon_file_next(struct text *rest, struct text *ret_line)
{
  while (rest->length > 0) {
    struct text line = cut_off(rest, '\n');

    line = cut_off(&line, '\0');
    while (line.length > 0 && g_ascii_isspace(line.at[0]))
      line = (struct text){line.at + 1, line.length - 1};
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
  return cut_off(line, ':');
}

bool
colon_file_number(struct text field, guint64 max, guint64 *ret_number)
{
  guint64 number = 0;

  if (field.length == 0 || field.length > 20)
    return false;
  for (gsize i = 0; i < field.length; i++) {
    if (!g_ascii_isdigit(field.at[i]) || number > max / 10)
      return false;
    number = number * 10 + (guint64)(field.at[i] - '0');
  }
  if (number > max)
    return false;
  *ret_number = number;
  return true;
}

char *
colon_file_string(struct text field)
{
  return g_strndup(field.at, field.length);
}
