/* SPDX-License-Identifier: Apache-2.0 */
/* One line of an authorized_keys file. */
#include "guest/ssh/key/authorized_line.h"

#include "guest/ssh/key/authorized_options.h"
#include "guest/ssh/key/key_text.h"

#include <string.h>

/* Where the options end: at a blank outside of quotes. False when a quote stays open. */
static bool
options_length(struct text line, gsize *ret_length)
{
  bool quoted = false;
  gsize i;

  for (i = 0; i < line.length && (quoted || (line.at[i] != ' ' && line.at[i] != '\t')); i++) {
    if (line.at[i] == '\\' && i + 1 < line.length && line.at[i + 1] == '"')
      i++;
    else if (line.at[i] == '"')
      quoted = !quoted;
  }
  *ret_length = i;
  return !quoted;
}

/* What is behind the key, without the blanks at its end. */
static GBytes *
comment_of(struct text rest)
{
  while (rest.length > 0 && strchr(" \t\r", rest.at[rest.length - 1]))
    rest.length--;
  return rest.length > 0 ? g_bytes_new(rest.at, rest.length) : NULL;
}

static void
parse_behind_options(struct text text, struct authorized_line *line)
{
  struct text rest = text;
  gsize length;

  if (!options_length(text, &length))
    return;
  text_drop(&rest, length);
  ssh_key_skip_blanks(&rest);
  line->key = ssh_key_parse_text(&rest, NULL);
  if (!line->key)
    return;
  line->options = g_bytes_new(text.at, length);
  line->invalid_options = !authorized_options_parse(text, line);
  line->comment = comment_of(rest);
}

static void
parse(struct text text, struct authorized_line *line)
{
  line->expires_at = -1;
  line->key = ssh_key_parse_text(&text, NULL);
  if (line->key)
    line->comment = comment_of(text);
  else
    parse_behind_options(text, line);
}

bool
authorized_line_parse(struct text line, struct authorized_line *ret_line)
{
  const char *nul = memchr(line.at, '\0', line.length);

  /* It is a C string to sshd. */
  if (nul)
    line.length = (gsize)(nul - line.at);
  ssh_key_skip_blanks(&line);
  if (line.length == 0 || line.at[0] == '#' || line.at[0] == '\r')
    return false;
  *ret_line = (struct authorized_line){0};
  parse(line, ret_line);
  return true;
}

void
authorized_line_clear(struct authorized_line *line)
{
  ssh_key_free(line->key);
  g_clear_pointer(&line->options, g_bytes_unref);
  g_clear_pointer(&line->comment, g_bytes_unref);
  *line = (struct authorized_line){0};
}
