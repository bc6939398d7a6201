/* SPDX-License-Identifier: Apache-2.0 */
/* Reading cloud-init's merge types, written as a text or as a list of names and settings. */
#include "guest/cloud/merge_how.h"

#include <string.h>

static const char *const keys[] = {"merge_how", "merge_type"};

const struct merge_how merge_how_parts = {.replaces = true};
const struct merge_how merge_how_ranks = {0};

/* What lists and dicts can be told; other words, and other mergers, change nothing here. */
static const struct list_word {
  const char *word;
  enum merge_list list;
} list_words[] = {
    {"replace", MERGE_LIST_REPLACE},
    {"no_replace", MERGE_LIST_KEEP},
    {"append", MERGE_LIST_APPEND},
    {"prepend", MERGE_LIST_PREPEND},
};

static void
tell_list(struct merge_how *how, const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS(list_words); i++)
    if (strcmp(word, list_words[i].word) == 0)
      how->list = list_words[i].list;
}

static void
tell_dict(struct merge_how *how, const char *word)
{
  if (strcmp(word, "replace") == 0)
    how->replaces = true;
  else if (strcmp(word, "recurse_array") == 0 || strcmp(word, "recurse_list") == 0)
    how->recurses_list = true;
}

static void
tell(struct merge_how *how, const char *merger, const char *word)
{
  if (strcmp(merger, "list") == 0)
    tell_list(how, word);
  else if (strcmp(merger, "dict") == 0)
    tell_dict(how, word);
}

/* "list(append)" */
static void
tell_term(struct merge_how *how, char *term)
{
  char *open = strchr(term, '(');
  char *close = open ? strrchr(open, ')') : NULL;

  if (!close)
    return;
  *open = '\0';
  *close = '\0';
  g_auto(GStrv) words = g_strsplit(open + 1, ",", -1);
  for (guint i = 0; words[i]; i++)
    tell(how, g_strstrip(term), g_strstrip(words[i]));
}

struct merge_how
merge_how_of_text(const char *text, const struct merge_how *otherwise)
{
  struct merge_how how = {0};

  if (!text || !*text)
    return *otherwise;
  g_autofree char *lower = g_ascii_strdown(text, -1);
  g_auto(GStrv) terms = g_strsplit(g_strdelimit(lower, "-", '_'), "+", -1);
  for (guint i = 0; terms[i]; i++)
    tell_term(&how, terms[i]);
  return how;
}

/* [{name: list, settings: [append]}, …] */
static struct merge_how
of_list(const struct yaml_node *list)
{
  struct merge_how how = {0};

  for (guint i = 0; i < list->items->len; i++) {
    const char *name = yaml_text(yaml_get(list->items->pdata[i], "name"));
    const struct yaml_node *settings = yaml_get(list->items->pdata[i], "settings");

    if (!name || !settings || settings->kind != YAML_SEQUENCE)
      continue;
    for (guint j = 0; j < settings->items->len; j++) {
      const char *word = yaml_text(settings->items->pdata[j]);

      if (word)
        tell(&how, name, word);
    }
  }
  return how;
}

struct merge_how
merge_how_of_document(const struct yaml_node *root, const struct merge_how *otherwise)
{
  for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
    const struct yaml_node *value = yaml_get(root, keys[i]);

    if (value && value->kind == YAML_SEQUENCE)
      return of_list(value);
    if (yaml_text(value))
      return merge_how_of_text(yaml_text(value), otherwise);
  }
  return *otherwise;
}

bool
merge_how_is_key(const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
    if (strcmp(key, keys[i]) == 0)
      return true;
  return false;
}
