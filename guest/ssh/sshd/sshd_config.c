/* SPDX-License-Identifier: Apache-2.0 */
/* Reading an sshd_config and the files it includes into one list of rules. */
#include "guest/ssh/sshd/sshd_config.h"

#include "facts/ssh.h"
#include "guest/ssh/sshd/sshd_glob.h"
#include "guest/ssh/sshd/sshd_keywords.h"
#include "guest/ssh/sshd/sshd_rules.h"
#include "guest/ssh/sshd/sshd_text.h"
#include "guest/ssh/sshd/sshd_words.h"
#include "guest/ssh/whole_file.h"

#include <string.h>

#define MAIN_FILE   "/etc/ssh/sshd_config"
#define VENDOR_FILE "/usr/etc/ssh/sshd_config"
#define RELATIVE_TO "/etc/ssh/" /* SSHDIR */
#define DEPTH_MAX   16          /* SERVCONF_MAX_DEPTH of servconf.c */
#define LISTS_MAX   1024
#define NAMES_MAX   100000
#define BLANKS      " \t\r\n"

struct parser {
  struct sshd_config *config;
  struct sshd_rules *rules;
  struct sshd_glob glob;
  guint files_left, lines_left;
  gsize bytes_left;
  bool stopped; /* sshd, or we, would go no further */
};

/* Where a line is read. */
struct position {
  const char *file;
  guint number, depth;
  const char *block;
};

static void
free_gap(gpointer data)
{
  struct sshd_gap *gap = data;

  g_free(gap->include);
  g_free(gap);
}

/* Note what is wrong, unless something else was before it. */
static void
set_wrong(struct parser *parser, const char *state, char *detail)
{
  g_autofree char *owned = detail;

  if (strcmp(parser->config->state, KEY_FILE_OK) != 0)
    return;
  parser->config->state = state;
  parser->config->detail = g_steal_pointer(&owned);
}

static void
set_malformed(struct parser *parser, const struct position *at, const char *name, const char *what)
{
  set_wrong(parser, KEY_FILE_MALFORMED,
            g_strdup_printf("%s:%u: %s: %s", at->file, at->number, name, what));
}

static void
set_cut(struct parser *parser, const char *file, const char *what)
{
  parser->glob.road->truncated = true;
  parser->stopped = true;
  set_wrong(parser, KEY_FILE_TRUNCATED, g_strdup_printf("%s: %s", file, what));
}

static struct sshd_rule *
add_rule(struct parser *parser, const struct position *at, enum sshd_rule_kind kind)
{
  struct sshd_rule *rule = g_new0(struct sshd_rule, 1);

  rule->kind = kind;
  rule->line = (struct sshd_line){
      .keyword = SSHD_OTHER, .file = at->file, .number = at->number, .block = at->block};
  g_ptr_array_add(parser->rules->list, rule);
  return rule;
}

/* Whether the road says that there is a directory: reading one as a file gives sshd no line. */
static bool
is_directory(struct road *road, const char *path)
{
  struct file_stat stat;

  return road_stat(road, path, true, &stat, NULL) && stat.type == FILE_DIRECTORY;
}

static void
note_unreadable(struct parser *parser, const char *path, const GError *error)
{
  const char *state = whole_file_state(error);
  struct file_stat stat;

  if (is_directory(parser->glob.road, path))
    return;
  /* sshd includes what is there only, and ends when it cannot read that: a link to nothing. */
  if (strcmp(state, KEY_FILE_MISSING) == 0 &&
      !road_stat(parser->glob.road, path, false, &stat, NULL))
    return;
  set_wrong(parser, strcmp(state, KEY_FILE_MISSING) == 0 ? KEY_FILE_MALFORMED : state,
            g_strdup_printf("%s: %s", path, error->message));
}

/* A file's text as sshd holds it, new; NULL when it gives no lines. */
static char *
load_file(struct parser *parser, const char *path, GError **error)
{
  gsize max = MIN(SSHD_FILE_BYTES_MAX, parser->bytes_left);
  bool cut;

  if (parser->files_left == 0) {
    set_cut(parser, path, "too many files");
    return g_strdup("");
  }
  parser->files_left--;
  g_autoptr(GBytes) bytes = whole_file_read(parser->glob.road, path, max, &cut, error);
  if (!bytes)
    return NULL;
  parser->bytes_left -= g_bytes_get_size(bytes);
  if (cut)
    set_cut(parser, path, "more than is read");
  return cut ? g_strdup("") : sshd_text_load(text_of(bytes));
}

static void parse_text(struct parser *parser, char *text, const char *path, guint depth,
                       const char *block);

static void
include_file(struct parser *parser, const struct position *at, const char *path)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = load_file(parser, path, &error);

  if (text)
    parse_text(parser, text, path, at->depth + 1, at->block);
  else
    note_unreadable(parser, path, error);
}

static void
include_unknown(struct parser *parser, const struct position *at, const char *pattern)
{
  struct sshd_gap *gap = g_new0(struct sshd_gap, 1);

  *gap = (struct sshd_gap){g_strdup(pattern), at->file, at->number};
  g_ptr_array_add(parser->config->gaps, gap);
  add_rule(parser, at, RULE_GAP);
}

/* OpenSSH takes "~" for no home here, but for a name that is relative to where sshd started. */
static char *
absolute_pattern(const char *pattern)
{
  return pattern[0] == '/' || pattern[0] == '~' ? g_strdup(pattern)
                                                : g_strconcat(RELATIVE_TO, pattern, NULL);
}

static void
parse_include(struct parser *parser, const struct position *at, const char *pattern)
{
  g_autofree char *absolute = absolute_pattern(pattern);

  if (absolute[0] != '/')
    return;
  g_autoptr(GPtrArray) paths = sshd_glob_find(&parser->glob, absolute);
  if (!paths) {
    include_unknown(parser, at, absolute);
    return;
  }
  if (parser->glob.cut)
    set_cut(parser, at->file, "an Include names more files than are read");
  for (guint i = 0; i < paths->len && !parser->stopped; i++)
    include_file(parser, at, paths->pdata[i]);
}

static char **
values_of(const struct sshd_keyword_row *row, char **arguments, const char *rest)
{
  if (row->arguments == ARGUMENTS_COMMAND)
    return g_strdupv((char *[]){(char *)rest, NULL});
  return row->keyword == SSHD_OTHER ? NULL : g_strdupv(arguments);
}

static void
add_setting(struct parser *parser, const struct position *at, const struct sshd_keyword_row *row,
            char **values)
{
  struct sshd_rule *rule = add_rule(parser, at, RULE_SETTING);

  rule->outside_only = row->outside_only;
  rule->line.keyword = row->keyword;
  rule->line.name = row->name;
  rule->line.values = values;
}

static void
parse_match(struct parser *parser, struct position *at, char *rest)
{
  char *block = g_strconcat("Match ", rest, NULL);

  g_ptr_array_add(parser->rules->blocks, block);
  at->block = block;
  struct sshd_rule *rule = add_rule(parser, at, RULE_MATCH);
  rule->line.values = sshd_words_criteria(rest);
  if (!rule->line.values)
    set_malformed(parser, at, "match", "its conditions are none that sshd takes");
}

static void
parse_keyword(struct parser *parser, struct position *at, const struct sshd_keyword_row *row,
              char *rest)
{
  g_auto(GStrv) arguments = sshd_words_split(rest);
  const char *unquoted = rest + strspn(rest, BLANKS);
  const char *wrong =
      arguments ? sshd_keyword_check(row, arguments, unquoted) : "a quote stays open";

  if (wrong)
    set_malformed(parser, at, row->name, wrong);
  else if (row->arguments == ARGUMENTS_MATCH)
    parse_match(parser, at, rest);
  else if (row->arguments == ARGUMENTS_INCLUDE)
    for (char **pattern = arguments; *pattern && !parser->stopped; pattern++)
      parse_include(parser, at, *pattern);
  else
    add_setting(parser, at, row, values_of(row, arguments, unquoted));
}

/* Whatever stands at the beginning of a line may be anything, a password too, if it is no keyword.
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
parse_line(struct parser *parser, struct position *at, char *line)
{
  char *rest = line;

  strip_end(line);
  char *word = sshd_words_next(&rest);
  if (word && *word == '\0')
    word = sshd_words_next(&rest);
  if (!word || *word == '\0' || *word == '#')
    return;
  if (parser->lines_left-- == 0) {
    set_cut(parser, at->file, "too many lines");
    return;
  }
  const struct sshd_keyword_row *row = sshd_keyword_find(word);
  if (!rest || *rest == '\0')
    set_malformed(parser, at, printable_keyword(word), "nothing follows it");
  else if (!row)
    set_malformed(parser, at, printable_keyword(word), "no keyword of sshd");
  else
    parse_keyword(parser, at, row, rest);
}

/* The lines of one file, whose text is cut in place. */
static void
parse_text(struct parser *parser, char *text, const char *path, guint depth, const char *block)
{
  char *file = g_strdup(path);
  struct position at = {.file = file, .depth = depth, .block = block};

  g_ptr_array_add(parser->rules->files, file);
  if (depth > DEPTH_MAX) {
    set_malformed(parser, &at, "include", "files include each other without an end");
    parser->stopped = true;
    return;
  }
  add_rule(parser, &at, RULE_INCLUDE);
  for (char *line; !parser->stopped && (line = strsep(&text, "\n"));) {
    at.number++;
    if (strlen(line) > SSHD_LINE_BYTES_MAX)
      set_cut(parser, path, "a line is longer than is read");
    else
      parse_line(parser, &at, line);
  }
  add_rule(parser, &at, RULE_END);
}

/* The main file, where there is none the vendor's. */
static char *
load_main(struct parser *parser, GError **error)
{
  g_autoptr(GError) missing = NULL;
  char *text = load_file(parser, MAIN_FILE, &missing);

  parser->config->path = g_strdup(MAIN_FILE);
  if (text)
    return text;
  if (g_error_matches(missing, ROAD_ERROR, ROAD_ERROR_NOT_FOUND))
    text = load_file(parser, VENDOR_FILE, NULL);
  if (!text) {
    g_propagate_error(error, g_steal_pointer(&missing));
    return NULL;
  }
  g_free(parser->config->path);
  parser->config->path = g_strdup(VENDOR_FILE);
  return text;
}

static void
parse_main(struct parser *parser)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = load_main(parser, &error);

  if (text)
    parse_text(parser, text, parser->config->path, 0, NULL);
  else
    set_wrong(parser, whole_file_state(error),
              g_strdup_printf("%s: %s", parser->config->path, error->message));
}

static void
check_blocks(struct parser *parser, const struct sshd_line *misplaced)
{
  if (!misplaced)
    return;
  struct position at = {.file = misplaced->file, .number = misplaced->number};
  set_malformed(parser, &at, misplaced->name, "a Match block may not hold it");
}

struct sshd_config *
sshd_config_read(struct road *road)
{
  struct sshd_config *config = g_new0(struct sshd_config, 1);
  struct parser parser = {
      .config = config,
      .rules = sshd_rules_new(),
      .glob = {.road = road, .lists_left = LISTS_MAX, .names_left = NAMES_MAX},
      .files_left = SSHD_FILES_MAX,
      .lines_left = SSHD_LINES_MAX,
      .bytes_left = SSHD_BYTES_MAX,
  };
  const struct sshd_line *misplaced = NULL;

  config->state = KEY_FILE_OK;
  config->gaps = g_ptr_array_new_with_free_func(free_gap);
  config->rules = parser.rules;
  parse_main(&parser);
  config->rules->global = sshd_rules_resolve_global(config->rules, &misplaced);
  check_blocks(&parser, misplaced);
  return config;
}

void
sshd_config_free(struct sshd_config *config)
{
  if (!config)
    return;
  sshd_rules_free(config->rules);
  g_ptr_array_unref(config->gaps);
  g_free(config->path);
  g_free(config->detail);
  g_free(config);
}

char *
sshd_line_place(const struct sshd_line *line)
{
  return g_strdup_printf("%s:%u", line->file, line->number);
}
