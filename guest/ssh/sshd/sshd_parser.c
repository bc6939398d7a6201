/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of sshd_config. */
#include "guest/ssh/sshd/sshd_parser.h"

#include "facts/ssh.h"
#include "guest/ssh/sshd/sshd_files.h"
#include "guest/ssh/sshd/sshd_keywords.h"
#include "guest/ssh/sshd/sshd_words.h"

#include <string.h>

#define DEPTH_MAX 16 /* SERVCONF_MAX_DEPTH of servconf.c */
#define BLANKS    " \t\r\n"

void
sshd_parser_set_wrong(struct sshd_parser *parser, const char *state, char *detail)
{
  g_autofree char *owned = detail;

  if (strcmp(parser->config->state, KEY_FILE_OK) != 0)
    return;
  parser->config->state = state;
  parser->config->detail = g_steal_pointer(&owned);
}

void
sshd_parser_set_malformed(struct sshd_parser *parser, const struct sshd_position *at,
                          const char *name, const char *what)
{
  sshd_parser_set_wrong(parser, KEY_FILE_MALFORMED,
                        g_strdup_printf("%s:%u: %s: %s", at->file, at->number, name, what));
}

void
sshd_parser_set_cut(struct sshd_parser *parser, const char *file, const char *what)
{
  parser->glob.road->truncated = true;
  parser->stopped = true;
  sshd_parser_set_wrong(parser, KEY_FILE_TRUNCATED, g_strdup_printf("%s: %s", file, what));
}

struct sshd_rule *
sshd_parser_add(struct sshd_parser *parser, const struct sshd_position *at,
                enum sshd_rule_kind kind)
{
  struct sshd_rule *rule = g_new0(struct sshd_rule, 1);

  rule->kind = kind;
  rule->line = (struct sshd_line){
      .keyword = SSHD_OTHER, .file = at->file, .number = at->number, .block = at->block};
  g_ptr_array_add(parser->rules->list, rule);
  return rule;
}

static char **
values_of(const struct sshd_keyword_row *row, char **arguments, const char *rest)
{
  if (row->arguments == ARGUMENTS_COMMAND)
    return g_strdupv((char *[]){(char *)rest, NULL});
  return row->keyword == SSHD_OTHER ? NULL : g_strdupv(arguments);
}

static void
add_setting(struct sshd_parser *parser, const struct sshd_position *at,
            const struct sshd_keyword_row *row, char **values)
{
  struct sshd_rule *rule = sshd_parser_add(parser, at, RULE_SETTING);

  rule->outside_only = row->outside_only;
  rule->line.keyword = row->keyword;
  rule->line.name = row->name;
  rule->line.values = values;
}

static void
parse_match(struct sshd_parser *parser, struct sshd_position *at, char *rest)
{
  char *block = g_strconcat("Match ", rest, NULL);

  g_ptr_array_add(parser->rules->blocks, block);
  at->block = block;
  struct sshd_rule *rule = sshd_parser_add(parser, at, RULE_MATCH);
  rule->line.values = sshd_words_criteria(rest);
  if (!rule->line.values)
    sshd_parser_set_malformed(parser, at, "match", "its conditions are none that sshd takes");
}

static void
parse_keyword(struct sshd_parser *parser, struct sshd_position *at,
              const struct sshd_keyword_row *row, char *rest)
{
  g_auto(GStrv) arguments = sshd_words_split(rest);
  const char *unquoted = rest + strspn(rest, BLANKS);
  const char *wrong =
      arguments ? sshd_keyword_check(row, arguments, unquoted) : "a quote stays open";

  if (wrong)
    sshd_parser_set_malformed(parser, at, row->name, wrong);
  else if (row->arguments == ARGUMENTS_MATCH)
    parse_match(parser, at, rest);
  else if (row->arguments == ARGUMENTS_INCLUDE)
    for (char **pattern = arguments; *pattern && !parser->stopped; pattern++)
      sshd_files_include(parser, at, *pattern);
  else
    add_setting(parser, at, row, values_of(row, arguments, unquoted));
}

/*
 * Whatever stands at the beginning of a line may be anything, a password too, if it is no keyword.
 */
static const char *
printable_keyword(const char *word)
{
  gsize length = strspn(word, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS);

  return length < 40 && word[length] == '\0' ? word : "a line";
}

static void
strip_end(char *line)
{
  gsize length = strlen(line);

  while (length > 1 && strchr(BLANKS "\f", line[length - 1]))
    line[--length] = '\0';
}

static void
parse_line(struct sshd_parser *parser, struct sshd_position *at, char *line)
{
  char *rest = line;

  strip_end(line);
  char *word = sshd_words_next(&rest);
  if (word && *word == '\0')
    word = sshd_words_next(&rest);
  if (!word || *word == '\0' || *word == '#')
    return;
  if (parser->lines_left-- == 0) {
    sshd_parser_set_cut(parser, at->file, "too many lines");
    return;
  }
  const struct sshd_keyword_row *row = sshd_keyword_find(word);
  if (!rest || *rest == '\0')
    sshd_parser_set_malformed(parser, at, printable_keyword(word), "nothing follows it");
  else if (!row)
    sshd_parser_set_malformed(parser, at, printable_keyword(word), "no keyword of sshd");
  else
    parse_keyword(parser, at, row, rest);
}

void
sshd_parser_read(struct sshd_parser *parser, char *text, const char *path, guint depth,
                 const char *block)
{
  char *file = g_strdup(path);
  struct sshd_position at = {.file = file, .depth = depth, .block = block};

  g_ptr_array_add(parser->rules->files, file);
  if (depth > DEPTH_MAX) {
    sshd_parser_set_malformed(parser, &at, "include", "files include each other without an end");
    parser->stopped = true;
    return;
  }
  sshd_parser_add(parser, &at, RULE_INCLUDE);
  for (char *line; !parser->stopped && (line = strsep(&text, "\n"));) {
    at.number++;
    if (strlen(line) > SSHD_LINE_BYTES_MAX)
      sshd_parser_set_cut(parser, path, "a line is longer than is read");
    else
      parse_line(parser, &at, line);
  }
  sshd_parser_add(parser, &at, RULE_END);
}
