/* SPDX-License-Identifier: Apache-2.0 */
/* Rules from their texts: the head is read, the SQL is not yet. */
#include "audit/rules.h"

#include "audit/rule_file.h"
#include "cmake/embedded.h"

#include <stdbool.h>
#include <string.h>

#define NAME_LENGTH_MAX 64 /* bytes of a rule's name */

G_DEFINE_QUARK(audit_error, audit_error)

void
rule_free(struct rule *rule)
{
  if (!rule)
    return;
  g_free(rule->name);
  g_free(rule->severity);
  g_free(rule->title);
  g_free(rule->why);
  g_free(rule->fix);
  g_free(rule->sql);
  g_free(rule->file);
  g_free(rule->problem);
  g_free(rule);
}

static const struct {
  const char *key;
  size_t offset; /* of the char * that it fills */
} keys[] = {
    {"rule:", offsetof(struct rule, name)},   {"severity:", offsetof(struct rule, severity)},
    {"title:", offsetof(struct rule, title)}, {"why:", offsetof(struct rule, why)},
    {"fix:", offsetof(struct rule, fix)},
};

/* Where the value of a head line goes, and the value; NULL for any other comment. */
static char **
find_key(struct rule *rule, const char *comment, const char **ret_value)
{
  for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
    if (g_str_has_prefix(comment, keys[i].key)) {
      *ret_value = comment + strlen(keys[i].key);
      return (char **)((char *)rule + keys[i].offset);
    }
  return NULL;
}

static void
append_words(char **text, const char *words)
{
  g_autofree char *stripped = g_strstrip(g_strdup(words));
  g_autofree char *old = g_steal_pointer(text);

  *text = old ? g_strjoin(" ", old, stripped, NULL) : g_steal_pointer(&stripped);
}

/* `-- key: value`, and `--   more` behind it; the first line that is no comment ends the head. */
static void
read_head(struct rule *rule, const char *text)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  char **last = NULL;

  for (char **line = lines; *line && g_str_has_prefix(*line, "--"); line++) {
    const char *comment = *line + strspn(*line, "-");
    const char *value;
    char **found = find_key(rule, comment + strspn(comment, " "), &value);

    if (found && !*found)
      append_words(last = found, value);
    else if (last && g_str_has_prefix(comment, "   "))
      append_words(last, comment);
    else
      last = NULL;
  }
}

/* Words of lower case letters, digits and hyphens, and at least one dot between them. */
static bool
is_name(const char *name)
{
  return strlen(name) <= NAME_LENGTH_MAX &&
         g_regex_match_simple("^[a-z0-9][a-z0-9-]*([.][a-z0-9][a-z0-9-]*)+\\z", name, 0, 0);
}

const char *
rule_severity(const char *word)
{
  static const char *const severities[] = {"high", "medium", "low", "info"};

  for (size_t i = 0; i < G_N_ELEMENTS(severities); i++)
    if (strcmp(severities[i], word) == 0)
      return severities[i];
  return NULL;
}

static bool
check_head(const struct rule *rule, GError **error)
{
  const char *problem = NULL;

  if (!rule->name)
    problem = "its head has no \"-- rule:\"";
  else if (!is_name(rule->name))
    problem = "its name is not like \"part.fault\" in lower case";
  else if (!rule->severity || !rule_severity(rule->severity))
    problem = "its \"-- severity:\" is none of high, medium, low, info";
  else if (!rule->title || !rule->title[0])
    problem = "its head has no \"-- title:\"";
  if (problem)
    g_set_error_literal(error, AUDIT_ERROR, AUDIT_ERROR_HEAD, problem);
  return !problem;
}

static struct rule *
rule_read(const char *text, const char *file)
{
  struct rule *rule = g_new0(struct rule, 1);

  rule->sql = g_strdup(text);
  rule->file = g_strdup(file);
  read_head(rule, text);
  return rule;
}

struct rule *
rule_parse(const char *text, const char *file, GError **error)
{
  g_autoptr(Rule) rule = rule_read(text, file);

  return check_head(rule, error) ? g_steal_pointer(&rule) : NULL;
}

static void
load_embedded(GPtrArray *rules)
{
  for (const struct embedded *file = embedded_rules; file->name; file++) {
    struct rule *rule = rule_parse(file->text, NULL, NULL);

    g_assert(rule);
    g_ptr_array_add(rules, rule);
  }
}

/* A rule with a problem is named all the same, so that reports and lists can. */
static void
set_problem(struct rule *rule, const char *problem)
{
  rule->problem = g_strdup(problem);
  if (rule->name && is_name(rule->name))
    return;
  g_free(rule->name);
  rule->name = g_path_get_basename(rule->file);
  if (g_str_has_suffix(rule->name, ".sql"))
    rule->name[strlen(rule->name) - strlen(".sql")] = '\0';
}

static struct rule *
load_file(const char *path)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = rule_file_read(path, &error);
  struct rule *rule = rule_read(text ? text : "", path);

  if (!text || !check_head(rule, &error))
    set_problem(rule, error->message);
  return rule;
}

static void
load_folder(GPtrArray *rules, const char *folder)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) paths = rule_file_list(folder, &error);

  if (!paths) {
    struct rule *rule = rule_read("", folder);

    set_problem(rule, error->message);
    g_ptr_array_add(rules, rule);
  }
  for (guint i = 0; paths && i < paths->len; i++)
    g_ptr_array_add(rules, load_file(paths->pdata[i]));
}

/* By name; of one name the embedded one first, and those with a problem last. */
static int
compare_rules(gconstpointer left, gconstpointer right)
{
  const struct rule *a = *(const struct rule *const *)left;
  const struct rule *b = *(const struct rule *const *)right;
  int order = strcmp(a->name, b->name);

  if (order == 0)
    order = !!a->problem - !!b->problem;
  return order ? order : g_strcmp0(a->file, b->file);
}

/* Of several rules with one name, sorted, only the first is fit to run. */
static void
refuse_taken_names(GPtrArray *rules)
{
  const struct rule *owner = NULL;

  for (guint i = 0; i < rules->len; i++) {
    struct rule *rule = rules->pdata[i];

    if (rule->problem)
      continue;
    if (owner && strcmp(owner->name, rule->name) == 0)
      rule->problem = g_strdup_printf("its name is taken by %s",
                                      owner->file ? owner->file : "an embedded rule");
    else
      owner = rule;
  }
}

GPtrArray *
rules_load(const char *folder)
{
  GPtrArray *rules = g_ptr_array_new_with_free_func((GDestroyNotify)rule_free);

  load_embedded(rules);
  if (folder)
    load_folder(rules, folder);
  g_ptr_array_sort(rules, compare_rules);
  refuse_taken_names(rules);
  return rules;
}
