/* SPDX-License-Identifier: Apache-2.0 */
/* A window over the end of a text that a foreign host writes. */
#include "cmd/last_words.h"

#include "cmd/escape.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define KEPT      2048 /* bytes */
#define READS_MAX 16   /* at a time: who writes for ever has to wait */
#define LINES     3
#define TEXT_MAX  600 /* characters */

static void
keep(struct last_words *words, const char *bytes, size_t length)
{
  if (!words->text)
    words->text = g_string_new(NULL);
  g_string_append_len(words->text, bytes, (gssize)length);
  if (words->text->len > KEPT)
    g_string_erase(words->text, 0, (gssize)(words->text->len - KEPT));
}

void
last_words_read(struct last_words *words, int fd)
{
  char chunk[KEPT];

  for (int i = 0; i < READS_MAX && !words->ended; i++) {
    ssize_t length = TEMP_FAILURE_RETRY(read(fd, chunk, sizeof chunk));

    if (length > 0)
      keep(words, chunk, (size_t)length);
    else if (length < 0 && errno == EAGAIN)
      return;
    else
      words->ended = true;
  }
}

/* New: what must not be printed becomes a blank. */
static char *
clean(const char *text)
{
  g_autofree char *valid = g_utf8_make_valid(text, -1);
  GString *cleaned = g_string_new(NULL);
  glong count = 0;

  for (const char *at = valid; *at && count < TEXT_MAX; at = g_utf8_next_char(at), count++) {
    gunichar character = g_utf8_get_char(at);
    g_string_append_unichar(cleaned, escape_is_unsafe(character) ? ' ' : character);
  }
  return g_string_free(cleaned, FALSE);
}

char *
last_words_text(const struct last_words *words)
{
  g_autofree char *text =
      words->text ? g_strndup(words->text->str, words->text->len) : g_strdup("");
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
last_words_clear(struct last_words *words)
{
  if (words->text)
    g_string_free(words->text, TRUE);
  words->text = NULL;
}
