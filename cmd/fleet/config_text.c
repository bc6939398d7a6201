/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of INI files. */
#include "cmd/fleet/config_text.h"

#include "cmd/fleet/config.h"

#include <string.h>

bool
config_text_refuse(const struct config_line *line, const char *why, GError **error)
{
  g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_SYNTAX, "%s:%u: %s", line->path, line->number, why);
  return false;
}

static bool
says_nothing(const char *text)
{
  return *text == '\0' || *text == '#' || *text == ';';
}

/* The name between the brackets, or NULL when they are none. Writes into `text`. */
static char *
take_section(char *text)
{
  size_t length = strlen(text);

  if (text[length - 1] != ']')
    return NULL;
  text[length - 1] = '\0';
  return g_strstrip(text + 1);
}

static bool
read_section(struct config_line *line, char *text, GError **error)
{
  line->section = take_section(text);
  line->key = line->value = NULL;
  return line->section || config_text_refuse(line, "this section lacks its ']'", error);
}

static bool
read_key(struct config_line *line, char *text, GError **error)
{
  char *equals = strchr(text, '=');

  if (!equals || equals == text)
    return config_text_refuse(line, "this is neither '[section]' nor 'key = value'", error);
  if (!line->section)
    return config_text_refuse(line, "a key comes before the first [section]", error);
  *equals = '\0';
  line->key = g_strchomp(text);
  line->value = g_strchug(equals + 1);
  return true;
}

/* `text` is a line without the blanks around it, and is written into. */
static bool
read_line(struct config_line *line, char *text, GError **error)
{
  return *text == '[' ? read_section(line, text, error) : read_key(line, text, error);
}

bool
config_text_read(const char *path, const char *text, const struct config_sink *sink, GError **error)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  struct config_line line = {.path = path};

  for (char **next = lines; *next; next++) {
    line.number++;
    if (!g_utf8_validate(*next, -1, NULL))
      return config_text_refuse(&line, "this is not UTF-8", error);
    if (says_nothing(g_strstrip(*next)))
      continue;
    if (!read_line(&line, *next, error) || !sink->take(&line, sink->data, error))
      return false;
  }
  return true;
}

bool
config_text_lacks_section(const char *text)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  bool lacks = false;

  for (char **next = lines; *next; next++) {
    g_strstrip(*next);
    if (**next == '[')
      return false;
    lacks = lacks || !says_nothing(*next);
  }
  return lacks;
}
