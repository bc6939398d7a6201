/* SPDX-License-Identifier: Apache-2.0 */
/* A window over the end of a text that a foreign host writes. */
#include "cmd/fleet/stderr_tail.h"

#include "cmd/output/escape.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define KEPT      2048 /* bytes */
#define READS_MAX 64   /* at a time: a pipe is emptied, and who writes for ever has to wait */
#define LINES     3
#define TEXT_MAX  600 /* characters */

static void
keep(struct stderr_tail *tail, const char *bytes, size_t length)
{
  if (!tail->text)
    tail->text = g_string_new(NULL);
  g_string_append_len(tail->text, bytes, (gssize)length);
  if (tail->text->len > KEPT)
    g_string_erase(tail->text, 0, (gssize)(tail->text->len - KEPT));
}

void
stderr_tail_read(struct stderr_tail *tail, int fd)
{
  char chunk[KEPT];

  for (int i = 0; i < READS_MAX && !tail->ended; i++) {
    ssize_t length = TEMP_FAILURE_RETRY(read(fd, chunk, sizeof chunk));

    if (length > 0)
      keep(tail, chunk, (size_t)length);
    else if (length < 0 && errno == EAGAIN)
      return;
    else
      tail->ended = true;
  }
}

/* New: the end of it, in which what must not be printed is a blank. */
static char *
clean(const char *text)
{
  const glong excess = MAX(g_utf8_strlen(text, -1) - TEXT_MAX, 0);
  GString *cleaned = g_string_new(NULL);

  for (const char *at = g_utf8_offset_to_pointer(text, excess); *at; at = g_utf8_next_char(at)) {
    gunichar character = g_utf8_get_char(at);
    g_string_append_unichar(cleaned, escape_is_unsafe(character) ? ' ' : character);
  }
  return g_string_free(cleaned, FALSE);
}

char *
stderr_tail_text(const struct stderr_tail *tail)
{
  const GString *read = tail->text;
  g_autofree char *text = read ? g_utf8_make_valid(read->str, (gssize)read->len) : g_strdup("");
  g_auto(GStrv) lines = g_strsplit_set(text, "\r\n", -1);
  g_autoptr(GPtrArray) kept = g_ptr_array_new();

  for (char **line = lines; *line; line++)
    if (*g_strstrip(*line))
      g_ptr_array_add(kept, *line);
  if (kept->len == 0)
    return NULL;
  if (kept->len > LINES)
    g_ptr_array_remove_range(kept, 0, kept->len - LINES);
  g_ptr_array_add(kept, NULL);
  g_autofree char *joined = g_strjoinv(" / ", (char **)kept->pdata);
  return clean(joined);
}

void
stderr_tail_clear(struct stderr_tail *tail)
{
  if (tail->text)
    g_string_free(tail->text, TRUE);
  tail->text = NULL;
}
