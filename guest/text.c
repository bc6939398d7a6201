/* SPDX-License-Identifier: Apache-2.0 */
/* Lines, words and quotes of a guest's configuration files. */
#include "guest/text.h"

#include <string.h>

struct text
text_of(GBytes *bytes)
{
  gsize length;
  const char *at = g_bytes_get_data(bytes, &length);

  /* Bytes that are none have no address, which functions of memory will not take. */
  return (struct text){at ? at : "", length};
}

struct text
text_of_string(const char *string)
{
  return (struct text){string, strlen(string)};
}

void
text_drop(struct text *text, gsize count)
{
  text->at += count;
  text->length -= count;
}

struct text
text_cut(struct text *rest, char separator)
{
  const char *end = memchr(rest->at, separator, rest->length);
  struct text part = {rest->at, end ? (gsize)(end - rest->at) : rest->length};

  text_drop(rest, end ? part.length + 1 : part.length);
  return part;
}

static bool
is_blank(char c)
{
  return c == ' ' || c == '\t' || c == '\r';
}

static struct text
trim(struct text text)
{
  while (text.length > 0 && is_blank(text.at[0]))
    text_drop(&text, 1);
  while (text.length > 0 && is_blank(text.at[text.length - 1]))
    text.length--;
  return text;
}

bool
text_next_line(struct text *rest, struct text *ret_line)
{
  if (rest->length == 0)
    return false;
  *ret_line = trim(text_cut(rest, '\n'));
  return true;
}

bool
text_next_word(struct text *rest, struct text *ret_word)
{
  struct text word = trim(*rest);
  gsize length = 0;

  if (word.length == 0)
    return false;
  while (length < word.length && !is_blank(word.at[length]))
    length++;
  *ret_word = (struct text){word.at, length};
  text_drop(&word, length);
  *rest = word;
  return true;
}

bool
text_skip(struct text *text, const char *prefix)
{
  gsize length = strlen(prefix);

  if (text->length < length || memcmp(text->at, prefix, length) != 0)
    return false;
  text_drop(text, length);
  return true;
}

bool
text_is(struct text text, const char *word)
{
  return text.length == strlen(word) && memcmp(text.at, word, text.length) == 0;
}

bool
text_equal(struct text a, struct text b)
{
  return a.length == b.length && memcmp(a.at, b.at, a.length) == 0;
}

/* Whether a backslash takes the meaning of what follows: in double quotes of these only. */
static bool
escapes(char quote, char next)
{
  return quote == '\0' || (next != '\0' && strchr("\"\\`$", next));
}

GString *
text_unquote(struct text text)
{
  GString *value = g_string_sized_new(text.length);
  char quote = '\0';

  for (gsize i = 0; i < text.length; i++) {
    char c = text.at[i];

    if (quote != '\'' && c == '\\' && i + 1 < text.length && escapes(quote, text.at[i + 1]))
      g_string_append_c(value, text.at[++i]);
    else if (quote != '\0' && c == quote)
      quote = '\0';
    else if (quote == '\0' && (c == '"' || c == '\''))
      quote = c;
    else
      g_string_append_c(value, c);
  }
  if (quote == '\0')
    return value;
  g_string_free(value, TRUE);
  return NULL;
}

char *
text_printable(const char *bytes, gsize length)
{
  if (!g_utf8_validate_len(bytes, length, NULL))
    return NULL;
  for (const char *at = bytes; at < bytes + length; at = g_utf8_next_char(at))
    if (g_unichar_iscntrl(g_utf8_get_char(at)))
      return NULL;
  return g_strndup(bytes, length);
}

char *
text_make_valid(const char *bytes, gsize max)
{
  char *text = g_utf8_make_valid(bytes, -1);

  if (strlen(text) > max) {
    const char *end = g_utf8_find_prev_char(text, text + max + 1);
    text[end ? (gsize)(end - text) : 0] = '\0';
  }
  return text;
}
