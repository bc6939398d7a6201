/* SPDX-License-Identifier: Apache-2.0 */
/* What may be printed, and what stands for the rest. */
#include "cmd/output/escape.h"

#include <string.h>

bool
escape_is_unsafe(gunichar character)
{
  switch (g_unichar_type(character)) {
  case G_UNICODE_CONTROL:
  case G_UNICODE_FORMAT:
  case G_UNICODE_LINE_SEPARATOR:
  case G_UNICODE_PARAGRAPH_SEPARATOR:
  case G_UNICODE_SURROGATE:
    return true;
  default:
    /* The tag characters of plane 14 are format characters; gaps between them may become some. */
    return character >= 0xe0000 && character <= 0xe0fff;
  }
}

static void
append_character(GString *text, gunichar character)
{
  static const char letters[] = {['\\'] = '\\', ['\n'] = 'n', ['\t'] = 't', ['\r'] = 'r'};

  if (character < sizeof(letters) && letters[character])
    g_string_append_printf(text, "\\%c", letters[character]);
  else if (escape_is_unsafe(character))
    g_string_append_printf(text, "\\u{%x}", character);
  else
    g_string_append_unichar(text, character);
}

void
escape_append(GString *text, const char *bytes, gsize length)
{
  const char *end = length > 0 ? bytes + length : bytes; /* nothing may be added to NULL */

  while (bytes < end) {
    gunichar character = g_utf8_get_char_validated(bytes, end - bytes);

    /* A NUL is reported as an incomplete character, though it is one. */
    if (*bytes == '\0')
      character = 0;
    if (character == (gunichar)-1 || character == (gunichar)-2) {
      g_string_append_printf(text, "\\x%02x", (guint)(guchar)*bytes++);
      continue;
    }
    append_character(text, character);
    bytes += character ? g_utf8_skip[(guchar)*bytes] : 1;
  }
}

char *
escape_text(const char *text)
{
  GString *escaped = g_string_sized_new(strlen(text) + 16);

  escape_append(escaped, text, strlen(text));
  return g_string_free(escaped, FALSE);
}

static void
append_json_character(GString *text, gunichar character)
{
  if (character < 0x10000) {
    g_string_append_printf(text, "\\u%04x", character);
    return;
  }
  character -= 0x10000;
  g_string_append_printf(text, "\\u%04x\\u%04x", 0xd800 + (character >> 10),
                         0xdc00 + (character & 0x3ff));
}

char *
escape_json(const char *json)
{
  GString *text = g_string_sized_new(strlen(json) + 16);

  for (; *json; json = g_utf8_next_char(json)) {
    gunichar character = g_utf8_get_char(json);

    /* Newlines are JSON's own white space: inside strings jansson wrote them as \n already. */
    if (character != '\n' && escape_is_unsafe(character))
      append_json_character(text, character);
    else
      g_string_append_len(text, json, g_utf8_skip[(guchar)*json]);
  }
  return g_string_free(text, FALSE);
}
