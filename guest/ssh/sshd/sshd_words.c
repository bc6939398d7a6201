/* SPDX-License-Identifier: Apache-2.0 */
/* Words of a line of sshd_config. */
#include "guest/ssh/sshd/sshd_words.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#define BLANKS " \t\r\n"

/* A word in quotes, which begin at `quote`; what stood before them in the word belongs to it. */
static char *
next_quoted(char **rest, char *word, char *quote)
{
  memmove(quote, quote + 1, strlen(quote));
  char *end = strchr(quote, '"');
  *rest = end;
  if (!end)
    return NULL;
  *end = '\0';
  *rest = end + 1 + strspn(end + 1, BLANKS);
  return word;
}

char *
sshd_words_next(char **rest)
{
  char *word = *rest;
  char *end = word ? strpbrk(word, BLANKS "\"=") : NULL;

  if (!end) {
    *rest = NULL;
    return word;
  }
  if (*end == '"')
    return next_quoted(rest, word, end);
  bool equals = *end == '=';
  *end = '\0';
  end += 1 + strspn(end + 1, BLANKS);
  if (*end == '=' && !equals)
    end += 1 + strspn(end + 1, BLANKS);
  *rest = end;
  return word;
}

/* Whether the backslash at `at` only says how to take what follows. */
static bool
escapes(const char *at, char quote)
{
  return at[0] == '\\' &&
         (at[1] == '\'' || at[1] == '"' || at[1] == '\\' || (quote == '\0' && at[1] == ' '));
}

/* One word from `at` on, new; *ret_end is behind it. NULL when a quote stays open. */
static char *
split_word(const char *at, const char **ret_end)
{
  g_autoptr(GString) word = g_string_new(NULL);
  char quote = '\0';

  for (; *at != '\0'; at++) {
    if (escapes(at, quote))
      g_string_append_c(word, *++at);
    else if (quote == '\0' && (*at == ' ' || *at == '\t'))
      break;
    else if (quote == '\0' && (*at == '"' || *at == '\''))
      quote = *at;
    else if (quote != '\0' && *at == quote)
      quote = '\0';
    else
      g_string_append_c(word, *at);
  }
  if (quote != '\0')
    return NULL;
  *ret_end = at;
  return g_strdup(word->str);
}

char **
sshd_words_split(const char *text)
{
  g_autoptr(GPtrArray) words = g_ptr_array_new_null_terminated(0, g_free, TRUE);

  for (;;) {
    text += strspn(text, " \t");
    if (*text == '\0' || *text == '#')
      return (char **)g_ptr_array_free(g_steal_pointer(&words), FALSE);
    char *word = split_word(text, &text);
    if (!word)
      return NULL;
    g_ptr_array_add(words, word);
  }
}

static bool
ends_match(const char *word)
{
  return !word || word[0] == '\0' || word[0] == '#';
}

/* Criteria that stand by themselves; "invalid-user" came with OpenSSH 9.9. */
static bool
stands_alone(const char *criterion)
{
  return g_ascii_strcasecmp(criterion, "all") == 0 ||
         g_ascii_strcasecmp(criterion, "invalid-user") == 0;
}

char **
sshd_words_criteria(char *rest)
{
  g_autoptr(GPtrArray) values = g_ptr_array_new_null_terminated(0, g_free, TRUE);
  char *criterion;

  while (!ends_match(criterion = sshd_words_next(&rest))) {
    bool alone = stands_alone(criterion);
    char *argument = sshd_words_next(&rest);

    if (alone ? values->len > 0 || !ends_match(argument) : ends_match(argument))
      return NULL;
    g_ptr_array_add(values, g_strdup(criterion));
    if (alone)
      break;
    g_ptr_array_add(values, g_strdup(argument));
  }
  if (values->len == 0)
    return NULL;
  return (char **)g_ptr_array_free(g_steal_pointer(&values), FALSE);
}
