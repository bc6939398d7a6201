/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each rule finds, case by case: tests/data/rules/RULE/CASE.test holds facts in the form of
 * fleet_ingest(), then `@expect` and the findings of that rule as text. With
 * VIRT_LEDGER_TEST_UPDATE in the environment the findings are written into the files instead of
 * compared.
 */
#include "audit/audit.h"

#include "store/sql.h"
#include "tests/unit/fleet.h"

#include <jansson.h>
#include <string.h>

#define EXPECT "\n@expect\n"

static const char FINDINGS[] =
    "SELECT rule, severity, subject, ifnull(domain, '-'), detail, evidence\n"
    "  FROM findings\n"
    " WHERE status = 'open'\n"
    " ORDER BY rule, subject";

static void
print_evidence(GString *out, const char *text)
{
  json_t *evidence = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
  g_autofree char *pretty = json_dumps(evidence, JSON_INDENT(2));
  g_auto(GStrv) lines = g_strsplit(pretty, "\n", -1);

  for (char **line = lines; *line; line++)
    g_string_append_printf(out, "  %s\n", *line);
  json_decref(evidence);
}

static char *
print_findings(struct fleet *fleet)
{
  g_autoptr(GError) error = NULL;
  sqlite3 *db = ledger_db(fleet_ledger(fleet));
  g_autoptr(Statement) statement = sql_prepare(db, FINDINGS, &error);
  GString *out = g_string_new(NULL);

  g_assert_no_error(error);
  while (sql_step(statement, &error) > 0) {
    const char *columns[6];

    for (int i = 0; i < 6; i++)
      columns[i] = (const char *)sqlite3_column_text(statement, i);
    g_string_append_printf(out, "%s (%s) %s\n", columns[0], columns[1], columns[2]);
    g_string_append_printf(out, "  domain: %s\n  detail: %s\n", columns[3], columns[4]);
    print_evidence(out, columns[5]);
  }
  g_assert_no_error(error);
  return g_string_free(out, FALSE);
}

static struct findings_summary
audit(struct fleet *fleet, const char *rule)
{
  const char *const only[] = {rule, NULL};
  const struct audit_options options = {.only = only};
  g_autoptr(GError) error = NULL;
  struct audit_result result;

  audit_run(fleet_ledger(fleet), &options, &result, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(result.problems->len, ==, 0);
  audit_result_clear(&result);
  return result.findings;
}

/* A second audit of an unchanged fleet writes nothing but itself. */
static void
check_unchanged(struct fleet *fleet, const char *rule)
{
  static const char FACTS[] = "SELECT count(*) + count(until_audit) FROM finding_fact";
  gint64 before = fleet_number(fleet, FACTS);
  struct findings_summary again = audit(fleet, rule);

  g_assert_cmpuint(again.opened, ==, 0);
  g_assert_cmpuint(again.resolved, ==, 0);
  g_assert_cmpint(fleet_number(fleet, FACTS), ==, before);
}

static void
update(const char *path, const char *text, const char *expect, const char *found)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *facts = g_strndup(text, (gsize)(expect - text));
  g_autofree char *updated = g_strconcat(facts, EXPECT, found, NULL);

  g_file_set_contents(path, updated, -1, &error);
  g_assert_no_error(error);
}

static void
test_case(gconstpointer data)
{
  const char *path = data;
  g_autofree char *folder = g_path_get_dirname(path);
  g_autofree char *rule = g_path_get_basename(folder);
  g_autoptr(Fleet) fleet = fleet_new();
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  g_file_get_contents(path, &text, NULL, &error);
  g_assert_no_error(error);
  const char *expect = strstr(text, EXPECT);
  g_assert_nonnull(expect);
  fleet_ingest(fleet, text);
  audit(fleet, rule);
  g_autofree char *found = print_findings(fleet);
  check_unchanged(fleet, rule);
  if (g_getenv("VIRT_LEDGER_TEST_UPDATE"))
    update(path, text, expect, found);
  else
    g_assert_cmpstr(found, ==, expect + strlen(EXPECT));
}

static int
compare_names(gconstpointer left, gconstpointer right)
{
  return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* New; the names in a folder, sorted. */
static GPtrArray *
list_folder(const char *path)
{
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name(dir)))
    g_ptr_array_add(names, g_strdup(name));
  g_ptr_array_sort(names, compare_names);
  return names;
}

static void
add_cases(const char *rule)
{
  g_autofree char *folder = g_build_filename("rules", rule, NULL);
  g_autoptr(GPtrArray) names = list_folder(folder);

  for (guint i = 0; i < names->len; i++) {
    g_autofree char *test = g_strdup_printf("/rules/%s/%s", rule, (char *)names->pdata[i]);

    g_test_add_data_func_full(test, g_build_filename(folder, names->pdata[i], NULL), test_case,
                              g_free);
  }
}

static bool
expects_findings(const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_autofree char *text = NULL;

  g_file_get_contents(path, &text, NULL, NULL);
  return text && !g_str_has_suffix(text, EXPECT);
}

/* Each rule has a case that raises it and one that must not. */
static void
test_cases_complete(void)
{
  g_autoptr(GPtrArray) rules = rules_load(NULL);

  for (guint i = 0; i < rules->len; i++) {
    const struct rule *rule = rules->pdata[i];
    g_autofree char *folder = g_build_filename("rules", rule->name, NULL);
    g_autoptr(GPtrArray) names = list_folder(folder);
    guint raised = 0;

    for (guint j = 0; j < names->len; j++)
      raised += expects_findings(folder, names->pdata[j]);
    if (raised == 0 || raised == names->len)
      g_error("%s: %u of %u cases raise it", folder, raised, names->len);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_autoptr(GPtrArray) rules = list_folder("rules");

  for (guint i = 0; i < rules->len; i++)
    add_cases(rules->pdata[i]);
  g_test_add_func("/rules/complete", test_cases_complete);
  return g_test_run();
}
