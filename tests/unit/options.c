/* SPDX-License-Identifier: Apache-2.0 */
/* Command lines, and what becomes of them. */
#include "cmd/options.h"

#include "cmd/nearest.h"

struct chosen {
  bool flag;
  char *text, *word;
  char **texts;
  gint64 number;
};

static const char *const words[] = {"json", "csv", NULL};

#define AT(member) offsetof(struct chosen, member)
static const struct verb_option own_options[] = {
    {"flag", 'f', OPTION_FLAG, AT(flag)},
    {"text", 't', OPTION_TEXT, AT(text)},
    {"word", 0, OPTION_TEXT, AT(word), .words = words},
    {"texts", 'm', OPTION_TEXTS, AT(texts)},
    {"number", 'n', OPTION_NUMBER, AT(number)},
    {0},
};
#undef AT

struct general {
  bool quiet;
};
static const struct verb_option general_options[] = {
    {"quiet", 'q', OPTION_FLAG, offsetof(struct general, quiet)},
    {0},
};

struct parsed {
  struct chosen chosen;
  struct general general;
  char **words;
};

/* Parse a command line, split at its blanks. */
static bool
parse(const char *line, bool leading, struct parsed *parsed, GError **error)
{
  const struct option_set sets[] = {
      {own_options, &parsed->chosen}, {general_options, &parsed->general}, {0}};

  *parsed = (struct parsed){.words = g_strsplit(line, " ", -1)};
  return options_parse(sets, &parsed->words, leading, error);
}

static void
clear(struct parsed *parsed)
{
  options_clear(&(struct option_set){own_options, &parsed->chosen});
  g_strfreev(parsed->words);
}

static void
test_accepted(void)
{
  static const struct {
    const char *line;
    bool leading;
    struct chosen chosen;
    bool quiet;
    const char *texts, *rest;
  } cases[] = {
      {"x", .rest = "x"},
      {"x a b", .rest = "x a b"},
      {"x a -f b -q", .chosen = {.flag = true}, .quiet = true, .rest = "x a b"},
      {"x --text one --text=two", .chosen = {.text = (char *)"two"}, .rest = "x"},
      {"x -tone", .chosen = {.text = (char *)"one"}, .rest = "x"},
      {"x -qf", .chosen = {.flag = true}, .quiet = true, .rest = "x"},
      {"x -m a --texts b -m c", .texts = "a b c", .rest = "x"},
      {"x -n 010", .chosen = {.number = 10}, .rest = "x"},
      {"x --word json", .chosen = {.word = (char *)"json"}, .rest = "x"},
      {"x -t -", .chosen = {.text = (char *)"-"}, .rest = "x"},
      {"x - a", .rest = "x - a"},
      {"x -- -f", .rest = "x -f"},
      {"x a -- -f -- b", .rest = "x a -f -- b"},
      {"x -q verb -f", .leading = true, .quiet = true, .rest = "x verb -f"},
      {"x verb -- -f", .leading = true, .rest = "x verb -- -f"},
      {"x -t \xff", .chosen = {.text = (char *)"\xff"}, .rest = "x"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    struct parsed parsed;

    parse(cases[i].line, cases[i].leading, &parsed, &error);
    g_assert_no_error(error);
    g_autofree char *rest = g_strjoinv(" ", parsed.words);
    g_autofree char *texts = parsed.chosen.texts ? g_strjoinv(" ", parsed.chosen.texts) : NULL;
    g_assert_cmpstr(rest, ==, cases[i].rest);
    g_assert_cmpstr(texts, ==, cases[i].texts);
    g_assert_cmpstr(parsed.chosen.text, ==, cases[i].chosen.text);
    g_assert_cmpstr(parsed.chosen.word, ==, cases[i].chosen.word);
    g_assert_cmpint(parsed.chosen.number, ==, cases[i].chosen.number);
    g_assert_cmpint(parsed.chosen.flag, ==, cases[i].chosen.flag);
    g_assert_cmpint(parsed.general.quiet, ==, cases[i].quiet);
    clear(&parsed);
  }
}

static void
test_refused(void)
{
  static const struct {
    const char *line, *message;
  } cases[] = {
      {"x --wrong", "there is no option --wrong"},
      {"x -z", "there is no option -z"},
      {"x -t", "-t wants a value: VALUE"},
      {"x --nubmer=1", "there is no option --nubmer; did you mean --number?"},
      {"x --number many", "--number: 'many' is not a whole number*"},
      {"x --number -1", "--number: '-1' is not a whole number*"},
      {"x --number 99999999999999999999", "*not a whole number*"},
      {"x --word xml", "--word: 'xml' is none of json, csv"},
      {"x --flag=yes", "--flag takes no value"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    struct parsed parsed;

    g_assert_false(parse(cases[i].line, false, &parsed, &error));
    g_assert_cmpint(error->domain, ==, G_OPTION_ERROR);
    g_assert_true(g_pattern_match_simple(cases[i].message, error->message));
    clear(&parsed);
  }
}

static void
test_clear(void)
{
  struct parsed parsed;

  g_assert_true(parse("x -f -t a -m b -n 3", false, &parsed, NULL));
  clear(&parsed);
  g_assert_false(parsed.chosen.flag);
  g_assert_null(parsed.chosen.text);
  g_assert_null(parsed.chosen.texts);
  g_assert_cmpint(parsed.chosen.number, ==, 0);
}

static void
test_nearest(void)
{
  static const char *const known[] = {"scan", "list", "query", "audit", ""};
  static const struct {
    const char *typed;
    int nearest;
  } cases[] = {
      {"scna", 0},   {"lst", 1},
      {"qeury", 2},  {"aud", 3},
      {"audits", 3}, {"xyzzy", -1},
      {"", -1},      {"delete", -1},
      {"scan", 0},   {"a-word-that-is-longer-than-any-of-them", -1},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    g_assert_cmpint(nearest_word(cases[i].typed, known, G_N_ELEMENTS(known)), ==, cases[i].nearest);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/options/accepted", test_accepted);
  g_test_add_func("/options/refused", test_refused);
  g_test_add_func("/options/clear", test_clear);
  g_test_add_func("/options/nearest", test_nearest);
  return g_test_run();
}
