/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of INI files. */
#include "cmd/config_text.h"

#include "cmd/config.h"

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

/* `text` is a line without the blanks around it, and is written into. */
static bool
read_line(struct config_line *line, char *text, config_take take, gpointer data, GError **error)
{
  char *equals = strchr(text, '=');

  if (*text == '[') {
    line->section = take_section(text);
    line->key = line->value = NULL;
    if (!line->section)
      return config_text_refuse(line, "this section lacks its ']'", error);
    return take(line, data, error);
  }
  if (!equals || equals == text)
    return config_text_refuse(line, "this is neither '[section]' nor 'key = value'", error);
  if (!line->section)
    return config_text_refuse(line, "a key comes before the first [section]", error);
  *equals = '\0';
  line->key = g_strchomp(text);
  line->value = g_strchug(equals + 1);
  return take(line, data, error);
}

bool
config_text_read(const char *path, const char *text, config_take take, gpointer data,
                 GError **error)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  struct config_line line = {.path = path};

  for (char **next = lines; *next; next++) {
    line.number++;
    if (!g_utf8_validate(*next, -1, NULL))
      return config_text_refuse(&line, "this is not UTF-8", error);
    g_strstrip(*next);
    if (!says_nothing(*next) && !read_line(&line, *next, take, data, error))
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
