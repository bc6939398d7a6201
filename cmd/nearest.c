/* SPDX-License-Identifier: Apache-2.0 */
/* Edit distance (Levenshtein), which is all that a suggestion needs. */
#include "cmd/nearest.h"

#include <string.h>

#define WORD_MAX 64

/* How many letters must be inserted, removed or replaced; `b` is at most WORD_MAX long. */
static guint
distance(const char *a, const char *b)
{
  guint row[WORD_MAX + 1];
  size_t length = strlen(b);

  for (guint j = 0; j <= length; j++)
    row[j] = j;
  for (guint i = 1; *a; i++, a++) {
    guint diagonal = row[0];

    row[0] = i;
    for (guint j = 1; j <= length; j++) {
      guint above = row[j];
      guint replaced = diagonal + (*a != b[j - 1]);

      row[j] = MIN(replaced, MIN(above, row[j - 1]) + 1);
      diagonal = above;
    }
  }
  return row[length];
}

static guint
cost(const char *typed, const char *word)
{
  if (strlen(word) > WORD_MAX)
    return G_MAXUINT;
  if (g_str_has_prefix(word, typed))
    return 0;
  return distance(typed, word);
}

int
nearest_word(const char *typed, const char *const *words, guint count)
{
  guint best = G_MAXUINT;
  int nearest = -1;

  if (*typed == '\0')
    return -1;
  for (guint i = 0; i < count; i++) {
    guint this = cost(typed, words[i]);

    if (this <= (strlen(words[i]) + 2) / 3 && this < best) {
      best = this;
      nearest = (int)i;
    }
  }
  return nearest;
}
