/* SPDX-License-Identifier: Apache-2.0 */
/* The list of rules. */
#include "guest/ssh/sshd/sshd_rules.h"

#include "guest/ssh/sshd/sshd_answers.h"

/* A fraction of a second. */
#define PATTERN_STEPS ((guint64)50000000)

static void
free_rule(gpointer data)
{
  struct sshd_rule *rule = data;

  g_strfreev(rule->line.values);
  g_free(rule);
}

struct sshd_rules *
sshd_rules_new(void)
{
  struct sshd_rules *rules = g_new0(struct sshd_rules, 1);

  rules->list = g_ptr_array_new_with_free_func(free_rule);
  rules->files = g_ptr_array_new_with_free_func(g_free);
  rules->blocks = g_ptr_array_new_with_free_func(g_free);
  rules->steps_left = PATTERN_STEPS;
  return rules;
}

void
sshd_rules_free(struct sshd_rules *rules)
{
  sshd_answers_free(rules->global);
  g_ptr_array_unref(rules->list);
  g_ptr_array_unref(rules->files);
  g_ptr_array_unref(rules->blocks);
  g_free(rules);
}
