/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virt-ledger complete: what may come next on the command line, for the shells' completion in
 * dist/. It reads the same tables as the parser, so that nothing there can be out of date.
 */
#include "audit/rules.h"
#include "cmd/lists/lists.h"
#include "cmd/open.h"
#include "cmd/output/escape.h"
#include "cmd/usage.h"
#include "store/sql.h"

#include <stdio.h>
#include <string.h>

/* The words typed so far; the last one, still being typed, is not needed: shells choose by it. */
struct line {
  const struct globals *globals;
  char **words;
  guint count;
  const struct verb *verb; /* NULL until it has been typed */
};

static void
offer(const char *word, const char *help)
{
  printf("%s\t%s\n", word, help ? help : "");
}

static void
offer_all(char **words)
{
  for (char **word = words; *word; word++)
    offer(*word, NULL);
  g_strfreev(words);
}

/* Names that a shell might take for something else are not offered. */
static bool
is_plain(const char *name)
{
  static const char letters[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-";

  return *name && *name != '-' && strspn(name, letters) == strlen(name);
}

/* NULL where there is none: a shell wants no messages. */
static struct ledger *
open_quietly(const struct line *line)
{
  g_autoptr(Config) config = config_load(NULL);
  g_autofree char *path = config ? open_path(line->globals, config) : NULL;

  return path ? ledger_open(path, LEDGER_READ, NULL) : NULL;
}

static void
offer_domains(const struct line *line)
{
  static const char DOMAIN_NAMES[] = "SELECT DISTINCT name FROM domains ORDER BY name";
  g_autoptr(Ledger) ledger = open_quietly(line);
  g_autoptr(Statement) statement =
      ledger ? sql_prepare(ledger_db(ledger), DOMAIN_NAMES, NULL) : NULL;

  while (statement && sql_step(statement, NULL) == 1) {
    const char *name = (const char *)sqlite3_column_text(statement, 0);

    if (is_plain(name))
      offer(name, NULL);
  }
}

/* The newest scans, which are those that a person looks back to. */
static void
offer_scans(const struct line *line)
{
  static const char SCANS[] = "SELECT scan_id, collected_at || ' ' || uri\n"
                              "  FROM scans\n"
                              " ORDER BY scan_id DESC\n"
                              " LIMIT 20";
  g_autoptr(Ledger) ledger = open_quietly(line);
  g_autoptr(Statement) statement = ledger ? sql_prepare(ledger_db(ledger), SCANS, NULL) : NULL;

  while (statement && sql_step(statement, NULL) == 1) {
    g_autofree char *about = escape_text((const char *)sqlite3_column_text(statement, 1));

    offer((const char *)sqlite3_column_text(statement, 0), about);
  }
}

static void
offer_hosts(G_GNUC_UNUSED const struct line *line)
{
  g_autoptr(Config) config = config_load(NULL);

  for (guint i = 0; config && i < config->hypervisors->len; i++)
    offer(((const struct config_hypervisor *)config->hypervisors->pdata[i])->name, NULL);
}

static void
offer_rules(G_GNUC_UNUSED const struct line *line)
{
  g_autoptr(GPtrArray) rules = rules_load(RULES_FOLDER);

  for (guint i = 0; i < rules->len; i++) {
    const struct rule *rule = rules->pdata[i];

    if (rule->name && is_plain(rule->name))
      offer(rule->name, rule->title);
  }
}

/* Values that are known, by what the help calls them; for others shells offer files. */
static const struct {
  const char *value;
  void (*offer)(const struct line *line);
} values[] = {
    {"DOMAIN", offer_domains},    {"[DOMAIN…]", offer_domains}, {"TIME|SCAN", offer_scans},
    {"[FROM [TO]]", offer_scans}, {"HOST", offer_hosts},        {"[HOST…]", offer_hosts},
    {"RULE", offer_rules},
};

static void
offer_values(const struct line *line, const char *value)
{
  for (guint i = 0; i < G_N_ELEMENTS(values); i++)
    if (g_strcmp0(values[i].value, value) == 0)
      values[i].offer(line);
}

static void
offer_options(const struct verb_option *options)
{
  for (const struct verb_option *option = options; option && option->name; option++) {
    g_autofree char *name = g_strconcat("--", option->name, NULL);

    offer(name, option->help);
  }
}

static const struct verb_option *
find_in(const struct verb_option *options, const char *word)
{
  for (const struct verb_option *option = options; option && option->name; option++) {
    bool is_long = g_str_has_prefix(word, "--") && strcmp(word + 2, option->name) == 0;
    bool is_letter = *word == '-' && option->letter && word[1] == option->letter && !word[2];

    if (is_long || is_letter)
      return option;
  }
  return NULL;
}

/* The option that a word is, in the verb's table or everybody's; NULL when it is none. */
static const struct verb_option *
find_option(const struct line *line, const char *word)
{
  const struct verb_option *own = line->verb ? find_in(line->verb->options, word) : NULL;

  return own ? own : find_in(usage_global_options, word);
}

static bool
takes_value(const struct verb_option *option)
{
  return option && option->type != OPTION_FLAG;
}

/* How many arguments of the verb are complete; finds the verb on the way. */
static guint
count_arguments(struct line *line)
{
  guint arguments = 0;

  for (guint i = 0; i + 1 < line->count; i++) {
    const char *word = line->words[i];

    if (*word == '-' && word[1])
      i += takes_value(find_option(line, word));
    else if (line->verb)
      arguments++;
    else
      line->verb = verbs_find(word);
  }
  return arguments;
}

static void
offer_verbs(void)
{
  for (const struct verb *const *verb = verbs; *verb; verb++)
    if (!(*verb)->hidden)
      offer((*verb)->name, (*verb)->summary);
}

static void
offer_arguments(const struct line *line, guint arguments)
{
  const struct verb *verb = line->verb;

  if (arguments == 0 && verb->argument_words)
    offer_all(verb->argument_words());
  else if (verb->max_arguments < 0 || arguments < (guint)verb->max_arguments)
    offer_values(line, verb->arguments);
}

static void
offer_option_values(const struct line *line, const struct verb_option *option)
{
  if (option->words)
    offer_all(g_strdupv((char **)option->words));
  else
    offer_values(line, option->value);
}

static enum exit_status
run(const struct globals *globals, G_GNUC_UNUSED gpointer options, char **arguments)
{
  struct line line = {globals, arguments, g_strv_length(arguments), NULL};
  const char *last = line.count > 0 ? arguments[line.count - 1] : "";
  guint complete = count_arguments(&line);
  const struct verb_option *before =
      line.count > 1 ? find_option(&line, arguments[line.count - 2]) : NULL;

  if (takes_value(before)) {
    offer_option_values(&line, before);
  } else if (*last == '-') {
    offer_options(line.verb ? line.verb->options : NULL);
    offer_options(usage_global_options);
  } else if (line.verb) {
    offer_arguments(&line, complete);
  } else {
    offer_verbs();
  }
  return EXIT_OK;
}

const struct verb verb_complete = {
    .name = "complete",
    .arguments = "[--] [WORD…]",
    .summary = "what may come next, for the completion of shells",
    .help = "Prints the words that may stand in place of the last WORD, each with a tab and what\n"
            "it means. The scripts for bash, zsh and fish call it; nobody else needs to.\n",
    .max_arguments = -1,
    .hidden = true,
    .run = run,
};
