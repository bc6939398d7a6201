/* SPDX-License-Identifier: Apache-2.0 */
/* Rules as texts: heads, folders, names that are taken, and what docs/rules.md says of them. */
#include "audit/rules.h"

#include "audit/rule_file.h"
#include "tests/unit/scratch.h"

#include <string.h>
#include <sys/stat.h>

#define HEAD "-- rule: site.odd\n-- severity: low\n-- title: Odd\n"
#define BODY "SELECT 1;\n"

static void
test_head(void)
{
  static const char text[] = "-- SPDX-License-Identifier: Apache-2.0\n"
                             "-- rule:   site.odd-name\n"
                             "-- severity: info\n"
                             "-- title: A title: with a colon\n"
                             "-- why: one\n"
                             "--   two\n"
                             "--      three  \n"
                             "-- a remark\n"
                             "--   that continues nothing\n"
                             "-- fix: site.repair\n"
                             "SELECT 1; -- rule: not.a-head\n"
                             "-- why: neither\n";
  g_autoptr(GError) error = NULL;
  g_autoptr(Rule) rule = rule_parse(text, "a.sql", &error);

  g_assert_no_error(error);
  g_assert_cmpstr(rule->name, ==, "site.odd-name");
  g_assert_cmpstr(rule->severity, ==, "info");
  g_assert_cmpstr(rule->title, ==, "A title: with a colon");
  g_assert_cmpstr(rule->why, ==, "one two three");
  g_assert_cmpstr(rule->fix, ==, "site.repair");
  g_assert_cmpstr(rule->sql, ==, text);
  g_assert_cmpstr(rule->file, ==, "a.sql");
  g_assert_null(rule->problem);
}

static void
test_head_optional(void)
{
  g_autoptr(Rule) rule = rule_parse(HEAD BODY, NULL, NULL);

  g_assert_null(rule->why);
  g_assert_null(rule->fix);
  g_assert_null(rule->file);
}

static void
test_head_wrong(void)
{
  static const char *const texts[] = {
      "",
      "SELECT 1;\n",
      "\n" HEAD BODY,
      "-- severity: low\n-- title: Odd\n" BODY,
      "-- rule: site.odd\n-- title: Odd\n" BODY,
      "-- rule: site.odd\n-- severity: low\n" BODY,
      "-- rule: site.odd\n-- severity: low\n-- title:\n" BODY,
      "-- rule: site.odd\n-- severity: critical\n-- title: Odd\n" BODY,
      "-- rule: odd\n-- severity: low\n-- title: Odd\n" BODY,
      "-- rule: Site.Odd\n-- severity: low\n-- title: Odd\n" BODY,
      "-- rule: site.odd; x\n-- severity: low\n-- title: Odd\n" BODY,
      "-- rule: site..odd\n-- severity: low\n-- title: Odd\n" BODY,
      "-- rule: site.o\033[2J\n-- severity: low\n-- title: Odd\n" BODY,
  };

  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autoptr(GError) error = NULL;

    g_assert_null(rule_parse(texts[i], NULL, &error));
    g_assert_error(error, AUDIT_ERROR, AUDIT_ERROR_HEAD);
  }
}

/* Sorted, named, each with what reports need. */
static void
test_embedded(void)
{
  g_autoptr(GPtrArray) rules = rules_load(NULL);
  const char *last = "";

  g_assert_cmpuint(rules->len, >=, 15);
  for (guint i = 0; i < rules->len; i++) {
    const struct rule *rule = rules->pdata[i];

    g_assert_null(rule->problem);
    g_assert_null(rule->file);
    g_assert_nonnull(rule->why);
    g_assert_cmpstr(last, <, rule->name);
    last = rule->name;
  }
}

static const struct rule *
find(const GPtrArray *rules, const char *file)
{
  for (guint i = 0; i < rules->len; i++) {
    const struct rule *rule = rules->pdata[i];

    if (rule->file && g_str_has_suffix(rule->file, file))
      return rule;
  }
  return NULL;
}

static void
write_text(struct scratch *scratch, const char *name, const char *text)
{
  scratch_write(scratch, name, text, strlen(text));
}

static void
check_problem(const GPtrArray *rules, const char *file, const char *name, const char *problem)
{
  const struct rule *rule = find(rules, file);

  g_assert_nonnull(rule);
  g_assert_cmpstr(rule->name, ==, name);
  if (problem)
    g_assert_nonnull(strstr(rule->problem, problem));
  else
    g_assert_null(rule->problem);
}

static void
test_folder(void)
{
  g_autoptr(Scratch) scratch = scratch_new();
  g_autofree char *long_text = g_strnfill(RULE_FILE_MAX + 1, '-');
  g_autofree char *fifo = g_build_filename(scratch->path, "fifo.sql", NULL);
  g_autofree char *folder = g_build_filename(scratch->path, "folder.sql", NULL);

  write_text(scratch, "a.sql", HEAD BODY);
  write_text(scratch, "b.sql", HEAD BODY);
  write_text(scratch, "clash.sql",
             "-- rule: machine-id.split\n-- severity: low\n-- title: Odd\n" BODY);
  write_text(scratch, "headless.sql", BODY);
  write_text(scratch, "severe.sql",
             "-- rule: site.severe\n-- severity: dire\n-- title: Odd\n" BODY);
  write_text(scratch, "latin.sql", HEAD "-- \xe9\n" BODY);
  write_text(scratch, "long.sql", long_text);
  scratch_write(scratch, "nul.sql", HEAD "\0" BODY, sizeof(HEAD "\0" BODY) - 1);
  write_text(scratch, ".hidden.sql", BODY);
  write_text(scratch, "other.txt", BODY);
  g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
  g_assert_cmpint(mkdir(folder, 0700), ==, 0);

  g_autoptr(GPtrArray) rules = rules_load(scratch->path);
  check_problem(rules, "/a.sql", "site.odd", NULL);
  check_problem(rules, "/b.sql", "site.odd", "a.sql");
  check_problem(rules, "/clash.sql", "machine-id.split", "an embedded rule");
  check_problem(rules, "/headless.sql", "headless", "-- rule:");
  check_problem(rules, "/severe.sql", "site.severe", "severity");
  check_problem(rules, "/latin.sql", "latin", "UTF-8");
  check_problem(rules, "/nul.sql", "nul", "UTF-8");
  check_problem(rules, "/long.sql", "long", "too long");
  check_problem(rules, "/fifo.sql", "fifo", "no regular file");
  check_problem(rules, "/folder.sql", "folder", "no regular file");
  g_assert_null(find(rules, ".hidden.sql"));
  g_assert_null(find(rules, "other.txt"));
}

static void
test_folder_missing(void)
{
  g_autoptr(GPtrArray) embedded = rules_load(NULL);
  g_autoptr(GPtrArray) rules = rules_load("/nonexistent/rules");

  g_assert_cmpuint(rules->len, ==, embedded->len);
}

static void
test_folder_wrong(void)
{
  g_autoptr(Scratch) scratch = scratch_new();
  g_autofree char *path = g_build_filename(scratch->path, "file", NULL);

  write_text(scratch, "file", "");
  g_autoptr(GPtrArray) rules = rules_load(path);
  check_problem(rules, "/file", "file", "");
}

/*
 * docs/rules.md has one heading per embedded rule, in their order, `### NAME (SEVERITY)`, and no
 * other.
 */
static void
test_documented(void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  g_autoptr(GPtrArray) rules = rules_load(NULL);
  GString *expected = g_string_new(NULL);
  GString *documented = g_string_new(NULL);

  g_file_get_contents("../../docs/rules.md", &text, NULL, &error);
  g_assert_no_error(error);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (char **line = lines; *line; line++)
    if (g_str_has_prefix(*line, "### "))
      g_string_append_printf(documented, "%s\n", *line);
  for (guint i = 0; i < rules->len; i++) {
    const struct rule *rule = rules->pdata[i];

    g_string_append_printf(expected, "### %s (%s)\n", rule->name, rule->severity);
    if (rule->fix && !strstr(text, rule->fix))
      g_error("docs/rules.md does not name %s", rule->fix);
  }
  g_assert_cmpstr(documented->str, ==, expected->str);
  g_string_free(expected, TRUE);
  g_string_free(documented, TRUE);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/rules/head", test_head);
  g_test_add_func("/rules/head/optional", test_head_optional);
  g_test_add_func("/rules/head/wrong", test_head_wrong);
  g_test_add_func("/rules/embedded", test_embedded);
  g_test_add_func("/rules/folder", test_folder);
  g_test_add_func("/rules/folder/missing", test_folder_missing);
  g_test_add_func("/rules/folder/wrong", test_folder_wrong);
  g_test_add_func("/rules/documented", test_documented);
  return g_test_run();
}
