/* SPDX-License-Identifier: Apache-2.0 */
/* Going through the rules of a configuration. */
#include "guest/ssh/sshd/sshd_answers.h"

#include "facts/ssh.h"
#include "guest/ssh/sshd/sshd_keywords.h"
#include "guest/ssh/sshd/sshd_rules.h"

#include <string.h>

/* One file on its way: sshd's `activep` and `inc_flags`. */
struct scope {
  enum certainty allowed; /* of the line that includes it; of the main file yes */
  enum certainty active;
  bool match_only; /* lines before its first Match block were counted already */
};

#define SCOPES_MAX 32 /* more than files may be nested */

struct sshd_answers {
  struct sshd_setting settings[SSHD_KEYWORDS];
};

struct pass {
  struct sshd_rules *rules;
  const struct sshd_user *user; /* NULL: nobody yet */
  struct sshd_answers *answers;
  const struct sshd_line *misplaced;
  struct scope scopes[SCOPES_MAX];
  guint depth; /* scopes in use */
};

static struct sshd_answers *
answers_new(void)
{
  struct sshd_answers *answers = g_new0(struct sshd_answers, 1);

  for (guint i = 0; i < SSHD_KEYWORDS; i++) {
    answers->settings[i].lines = g_ptr_array_new();
    answers->settings[i].possible = g_ptr_array_new();
  }
  return answers;
}

void
sshd_answers_free(struct sshd_answers *answers)
{
  if (!answers)
    return;
  for (guint i = 0; i < SSHD_KEYWORDS; i++) {
    g_ptr_array_unref(answers->settings[i].lines);
    g_ptr_array_unref(answers->settings[i].possible);
  }
  g_free(answers);
}

/* Whether the keyword has its value already, whatever follows. */
static bool
is_settled(const struct sshd_setting *setting, enum sshd_keyword keyword)
{
  return setting->lines->len > 0 && !sshd_keyword_adds_up(keyword);
}

static void
count_setting(struct pass *pass, const struct sshd_rule *rule, enum certainty active)
{
  const struct sshd_line *line = &rule->line;

  if (active == CERTAIN_NO && !pass->user && rule->outside_only && !pass->misplaced)
    pass->misplaced = line;
  if (line->keyword == SSHD_OTHER || active == CERTAIN_NO || !line->values[0])
    return;
  if (pass->user && rule->outside_only)
    return; /* "Match all" may hold it, but it was counted before anybody logged in */
  struct sshd_setting *setting = &pass->answers->settings[line->keyword];
  if (is_settled(setting, line->keyword))
    return;
  g_ptr_array_add(active == CERTAIN_YES ? setting->lines : setting->possible, (gpointer)line);
  setting->unresolved |= active != CERTAIN_YES;
}

/* Anything may stand in files that nobody can name. */
static void
count_gap(struct pass *pass)
{
  for (guint i = 0; i < SSHD_KEYWORDS; i++)
    if (!is_settled(&pass->answers->settings[i], i))
      pass->answers->settings[i].unresolved = true;
}

bool
sshd_answers_ran_out(const struct sshd_config *config)
{
  return config->rules->steps_left == 0;
}

/*
 * Nobody knows what an sshd does with a configuration that it refuses, or of which a part is known;
 * nor do we once there was too much to compare.
 */
static void
doubt_all(struct sshd_answers *answers, const struct sshd_config *config)
{
  if (strcmp(config->state, KEY_FILE_OK) == 0 && !sshd_answers_ran_out(config))
    return;
  for (guint i = 0; i < SSHD_KEYWORDS; i++)
    answers->settings[i].unresolved = true;
}

static void
enter_file(struct pass *pass)
{
  g_assert(pass->depth < SCOPES_MAX);
  struct scope *scope = &pass->scopes[pass->depth];
  if (pass->depth == 0) {
    bool again = pass->user != NULL;

    *scope = (struct scope){CERTAIN_YES, again ? CERTAIN_NO : CERTAIN_YES, again};
  } else {
    *scope = pass->scopes[pass->depth - 1];
    if (!scope->match_only)
      scope->allowed = scope->active;
  }
  pass->depth++;
}

static void
take_rule(struct pass *pass, const struct sshd_rule *rule)
{
  struct scope *scope = pass->depth > 0 ? &pass->scopes[pass->depth - 1] : NULL;

  switch (rule->kind) {
  case RULE_INCLUDE:
    enter_file(pass);
    break;
  case RULE_END:
    pass->depth--;
    break;
  case RULE_MATCH:
    scope->active =
        MIN(scope->allowed, sshd_match(pass->user, rule->line.values, &pass->rules->steps_left));
    scope->match_only = false;
    break;
  case RULE_SETTING:
    count_setting(pass, rule, scope->active);
    break;
  case RULE_GAP:
    if (scope->active != CERTAIN_NO || scope->match_only)
      count_gap(pass);
    break;
  }
}

static struct sshd_answers *
run_pass(struct pass *pass)
{
  pass->answers = answers_new();
  for (guint i = 0; i < pass->rules->list->len; i++)
    take_rule(pass, pass->rules->list->pdata[i]);
  return pass->answers;
}

struct sshd_answers *
sshd_answers_global(struct sshd_rules *rules, const struct sshd_line **ret_misplaced)
{
  struct pass pass = {.rules = rules};
  struct sshd_answers *answers = run_pass(&pass);

  *ret_misplaced = pass.misplaced;
  return answers;
}

/* What no block sets for a user is as for everybody. */
static void
fall_back(struct sshd_setting *setting, const struct sshd_setting *global)
{
  if (setting->lines->len > 0)
    return;
  g_ptr_array_extend(setting->lines, global->lines, NULL, NULL);
  g_ptr_array_extend(setting->possible, global->possible, NULL, NULL);
  setting->unresolved |= global->unresolved;
}

/* Count the work of going through all rules once more. False when there is none left. */
static bool
spend_rules(struct sshd_rules *rules)
{
  rules->steps_left -= MIN(rules->steps_left, rules->list->len);
  return rules->steps_left > 0;
}

struct sshd_answers *
sshd_answers_for_user(const struct sshd_config *config, const struct sshd_user *user)
{
  struct pass pass = {.rules = config->rules, .user = user};
  struct sshd_answers *answers = spend_rules(pass.rules) ? run_pass(&pass) : answers_new();

  for (guint i = 0; i < SSHD_KEYWORDS; i++)
    fall_back(&answers->settings[i], &config->rules->global->settings[i]);
  doubt_all(answers, config);
  return answers;
}

const struct sshd_setting *
sshd_answers_get(const struct sshd_answers *answers, enum sshd_keyword keyword)
{
  return &answers->settings[keyword];
}
