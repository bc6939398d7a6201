/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of options, parsed by getopt_long(). */
#include "cmd/options.h"

#include "cmd/nearest.h"

#include <getopt.h>
#include <string.h>

#define options_foreach(option, set)                                                               \
  for (const struct verb_option *option = (set)->options; option && option->name; option++)

static gpointer
member(const struct verb_option *option, gpointer target)
{
  return (char *)target + option->target;
}

static bool
refuse(GError **error, const char *given, const char *value, const char *why)
{
  g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: '%s' is %s", given, value, why);
  return false;
}

static bool
store_text(const struct verb_option *option, char **at, const char *given, const char *value,
           GError **error)
{
  if (option->words && !g_strv_contains(option->words, value)) {
    g_autofree char *words = g_strjoinv(", ", (char **)option->words);
    g_autofree char *why = g_strdup_printf("none of %s", words);
    return refuse(error, given, value, why);
  }
  g_free(*at);
  *at = g_strdup(value);
  return true;
}

static void
store_another_text(char ***at, const char *value)
{
  guint length = *at ? g_strv_length(*at) : 0;

  *at = g_renew(char *, *at, length + 2);
  (*at)[length] = g_strdup(value);
  (*at)[length + 1] = NULL;
}

static bool
store(const struct verb_option *option, gpointer at, const char *given, const char *value,
      GError **error)
{
  switch (option->type) {
  case OPTION_FLAG:
    *(bool *)at = true;
    return true;
  case OPTION_TEXT:
    return store_text(option, at, given, value, error);
  case OPTION_TEXTS:
    store_another_text(at, value);
    return true;
  case OPTION_NUMBER:
    if (g_ascii_string_to_signed(value, 10, 0, G_MAXINT64, at, NULL))
      return true;
    return refuse(error, given, value, "not a whole number from 0 on");
  }
  g_assert_not_reached();
}

/* An option, and the struct that it is stored in. */
struct row {
  const struct verb_option *option;
  gpointer target;
};

struct parser {
  GArray *rows;     /* of struct row: all options of all sets */
  GArray *longs;    /* of struct option; each one's val is FIRST_LONG and its row */
  GString *letters; /* as getopt() wants them */
};

#define FIRST_LONG 256 /* above every letter */

static void
parser_clear(struct parser *parser)
{
  g_array_unref(parser->rows);
  g_array_unref(parser->longs);
  g_string_free(parser->letters, TRUE);
}

static void
parser_add(struct parser *parser, const struct verb_option *option, gpointer target)
{
  const bool takes_value = option->type != OPTION_FLAG;
  struct option entry = {
      .name = option->name,
      .has_arg = takes_value ? required_argument : no_argument,
      .val = FIRST_LONG + (int)parser->rows->len,
  };
  struct row row = {option, target};

  g_array_append_val(parser->rows, row);
  g_array_append_val(parser->longs, entry);
  if (option->letter)
    g_string_append_printf(parser->letters, takes_value ? "%c:" : "%c", option->letter);
}

static void
parser_init(struct parser *parser, const struct option_set *sets, bool leading)
{
  parser->rows = g_array_new(FALSE, FALSE, sizeof(struct row));
  parser->longs = g_array_new(TRUE, TRUE, sizeof(struct option));
  /* A plus ends the options at the first argument; a colon has missing values reported as ':'. */
  parser->letters = g_string_new(leading ? "+:" : ":");
  for (const struct option_set *set = sets; set->target; set++)
    options_foreach(option, set) parser_add(parser, option, set->target);
}

static const struct row *
find_row(const struct parser *parser, int code)
{
  if (code >= FIRST_LONG)
    return &g_array_index(parser->rows, struct row, code - FIRST_LONG);
  for (guint i = 0; i < parser->rows->len; i++) {
    const struct row *row = &g_array_index(parser->rows, struct row, i);

    if (row->option->letter == code)
      return row;
  }
  return NULL;
}

/* An option as it is written: "--name" or "-n". New. */
static char *
written(const struct parser *parser, int code)
{
  if (code < FIRST_LONG)
    return g_strdup_printf("-%c", code);
  return g_strdup_printf("--%s", find_row(parser, code)->option->name);
}

static bool
refuse_name(const struct parser *parser, const char *word, GError **error)
{
  g_autofree char *name = g_strndup(word, strcspn(word, "="));
  g_autoptr(GPtrArray) names = g_ptr_array_new();

  for (guint i = 0; i < parser->rows->len; i++)
    g_ptr_array_add(names, (gpointer)g_array_index(parser->rows, struct row, i).option->name);
  const char *bare = name + strspn(name, "-");
  int nearest = nearest_word(bare, (const char *const *)names->pdata, names->len);
  if (nearest < 0)
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION, "there is no option %s",
                name);
  else
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
                "there is no option %s; did you mean --%s?", name, (char *)names->pdata[nearest]);
  return false;
}

/* What getopt_long() means by '?'. */
static bool
refuse_option(const struct parser *parser, const char *word, GError **error)
{
  if (optopt == 0)
    return refuse_name(parser, word, error);
  if (optopt >= FIRST_LONG)
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--%s takes no value",
                find_row(parser, optopt)->option->name);
  else
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION, "there is no option -%c",
                optopt);
  return false;
}

static bool
refuse_missing(const struct parser *parser, GError **error)
{
  const struct row *row = find_row(parser, optopt);
  g_autofree char *given = written(parser, optopt);

  g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s wants a value: %s", given,
              row->option->value ? row->option->value : "VALUE");
  return false;
}

static bool
take(const struct parser *parser, int code, char **words, GError **error)
{
  if (code == '?')
    return refuse_option(parser, words[optind - 1], error);
  if (code == ':')
    return refuse_missing(parser, error);
  const struct row *row = find_row(parser, code);
  g_autofree char *given = written(parser, code);
  return store(row->option, member(row->option, row->target), given, optarg, error);
}

/* The name and the arguments, without the options before them. */
static void
keep_arguments(char ***words)
{
  g_autoptr(GStrvBuilder) kept = g_strv_builder_new();

  g_strv_builder_add(kept, **words);
  g_strv_builder_addv(kept, (const char **)(*words + optind));
  g_strfreev(*words);
  *words = g_strv_builder_end(kept);
}

bool
options_parse(const struct option_set *sets, char ***words, bool leading, GError **error)
{
  const int count = (int)g_strv_length(*words);
  struct parser parser;
  bool taken = true;
  int code;

  parser_init(&parser, sets, leading);
  opterr = 0;
  optind = 0; /* glibc: begin anew */
  while (taken &&
         (code = getopt_long(count, *words, parser.letters->str,
                             (const struct option *)(gpointer)parser.longs->data, NULL)) != -1)
    taken = take(&parser, code, *words, error);
  parser_clear(&parser);
  if (taken)
    keep_arguments(words);
  return taken;
}

void
options_clear(const struct option_set *set)
{
  options_foreach(option, set)
  {
    gpointer at = member(option, set->target);

    if (option->type == OPTION_TEXT)
      g_clear_pointer((char **)at, g_free);
    else if (option->type == OPTION_TEXTS)
      g_clear_pointer((char ***)at, g_strfreev);
    else if (option->type == OPTION_FLAG)
      *(bool *)at = false;
    else
      *(gint64 *)at = 0;
  }
}
