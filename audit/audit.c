/* SPDX-License-Identifier: Apache-2.0 */
/* The audit: every rule once, its rows told to the findings. */
#include "audit/audit.h"

#include "audit/rule_run.h"
#include "store/sql.h"

#include <string.h>

void
audit_result_clear(struct audit_result *result)
{
  g_clear_pointer(&result->problems, g_ptr_array_unref);
}

struct audit {
  sqlite3 *db;
  const struct audit_options *options;
  GPtrArray *rules; /* of struct rule */
  struct findings *findings;
  struct audit_result result;
};

static const struct rule *
find_rule(const GPtrArray *rules, const char *name)
{
  for (guint i = 0; i < rules->len; i++) {
    const struct rule *rule = rules->pdata[i];

    if (!rule->problem && strcmp(rule->name, name) == 0)
      return rule;
  }
  return NULL;
}

static bool
is_chosen(const struct audit *audit, const char *name)
{
  return !audit->options->only || g_strv_contains(audit->options->only, name);
}

static bool
check_choice(const struct audit *audit, GError **error)
{
  for (const char *const *name = audit->options->only; name && *name; name++)
    if (!find_rule(audit->rules, *name)) {
      g_set_error(error, AUDIT_ERROR, AUDIT_ERROR_UNKNOWN, "there is no rule \"%s\"", *name);
      return false;
    }
  return true;
}

static guint
count_chosen(const struct audit *audit)
{
  guint count = 0;

  for (guint i = 0; i < audit->rules->len; i++) {
    const struct rule *rule = audit->rules->pdata[i];

    count += !rule->problem && is_chosen(audit, rule->name);
  }
  return count;
}

static bool
tell(const struct finding *finding, gpointer data, GError **error)
{
  return findings_add(data, finding, error);
}

static void
finding_free(gpointer data)
{
  struct finding *finding = data;

  g_free((char *)finding->subject);
  g_free((char *)finding->detail);
  g_free((char *)finding->evidence);
  g_free(finding);
}

/* A copy; rule, severity and title stay the rule's. */
static bool
collect(const struct finding *finding, gpointer data, G_GNUC_UNUSED GError **error)
{
  struct finding *copy = g_memdup2(finding, sizeof(*finding));

  copy->subject = g_strdup(finding->subject);
  copy->detail = g_strdup(finding->detail);
  copy->evidence = g_strdup(finding->evidence);
  g_ptr_array_add(data, copy);
  return true;
}

static bool
run_embedded(struct audit *audit, const struct rule *rule, GError **error)
{
  static const struct rule_bounds unbounded = {0};

  if (!rule_run(audit->db, rule, &unbounded, tell, audit->findings, error)) {
    g_prefix_error(error, "rule %s: ", rule->name);
    return false;
  }
  audit->result.rules++;
  return true;
}

/* Where another rule has the name, the findings are that one's. */
static bool
owns_name(const struct audit *audit, const struct rule *rule)
{
  const struct rule *owner = find_rule(audit->rules, rule->name);

  return !owner || owner == rule;
}

static bool
skip(struct audit *audit, const struct rule *rule, const char *why, GError **error)
{
  g_ptr_array_add(audit->result.problems,
                  g_strdup_printf("rule %s (%s) is skipped: %s", rule->name, rule->file, why));
  return !owns_name(audit, rule) || findings_keep(audit->findings, rule->name, error);
}

/* A rule that fails at its last row must not have told the first. */
static bool
run_users(struct audit *audit, const struct rule *rule, GError **error)
{
  const struct rule_bounds bounds = {
      .time_ms = audit->options->rule_time_ms ? audit->options->rule_time_ms : AUDIT_RULE_TIME_MS,
      .rows = AUDIT_RULE_ROWS_MAX,
      .text_bytes = AUDIT_RULE_TEXT_MAX,
      .evidence_bytes = AUDIT_RULE_EVIDENCE_MAX,
  };
  g_autoptr(GPtrArray) told = g_ptr_array_new_with_free_func(finding_free);
  g_autoptr(GError) why = NULL;

  if (!rule_run(audit->db, rule, &bounds, collect, told, &why))
    return skip(audit, rule, why->message, error);
  for (guint i = 0; i < told->len; i++)
    if (!findings_add(audit->findings, told->pdata[i], error))
      return false;
  audit->result.rules++;
  return true;
}

static bool
run_rule(struct audit *audit, const struct rule *rule, GError **error)
{
  if (rule->problem)
    return skip(audit, rule, rule->problem, error);
  if (!is_chosen(audit, rule->name))
    return true;
  return rule->file ? run_users(audit, rule, error) : run_embedded(audit, rule, error);
}

/* Of the rules that are not run, whether or not they are still there. */
static bool
keep_others(struct audit *audit, GError **error)
{
  static const char RULES_FOUND[] = "SELECT DISTINCT rule FROM finding";
  g_autoptr(Statement) statement = sql_prepare(audit->db, RULES_FOUND, error);
  int row = statement ? 0 : -1;

  while (statement && (row = sql_step(statement, error)) > 0) {
    const char *name = (const char *)sqlite3_column_text(statement, 0);

    if (!is_chosen(audit, name) && !findings_keep(audit->findings, name, error))
      return false;
  }
  return row == 0;
}

static bool
run_rules(struct audit *audit, GError **error)
{
  for (guint i = 0; i < audit->rules->len; i++)
    if (!run_rule(audit, audit->rules->pdata[i], error))
      return false;
  return keep_others(audit, error) &&
         findings_commit(audit->findings, &audit->result.findings, error);
}

static bool
run_audit(struct audit *audit, struct ledger *ledger, GError **error)
{
  const struct policy *policy = audit->options->policy;

  if (!check_choice(audit, error) || (policy && !policy_save(ledger, policy, error)))
    return false;
  audit->findings = findings_begin(ledger, count_chosen(audit), error);
  bool done = audit->findings && run_rules(audit, error);
  findings_free(audit->findings);
  return done;
}

bool
audit_run(struct ledger *ledger, const struct audit_options *options,
          struct audit_result *ret_result, GError **error)
{
  g_autoptr(GPtrArray) rules = rules_load(options->folder);
  struct audit audit = {
      .db = ledger_db(ledger),
      .options = options,
      .rules = rules,
      .result.problems = g_ptr_array_new_with_free_func(g_free),
  };
  bool done = run_audit(&audit, ledger, error);

  if (done)
    *ret_result = audit.result;
  else
    audit_result_clear(&audit.result);
  return done;
}
