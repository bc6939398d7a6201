/* SPDX-License-Identifier: Apache-2.0 */
/* virt-ledger audit: run the rules, and print what is open. */
#include "audit/audit.h"

#include "cmd/finding_sql.h"
#include "cmd/lists/lists.h"
#include "cmd/open.h"
#include "cmd/output/document.h"
#include "cmd/output/message.h"
#include "cmd/output/rows.h"

#include <stdlib.h>
#include <string.h>

struct audit_choice {
  char **rules;
  char *rules_folder;
  bool list_rules;
  struct output_options output;
};

#define AT(member) offsetof(struct audit_choice, member)
static const struct verb_option options[] = {
    {"rule", 0, OPTION_TEXTS, AT(rules), "RULE", "only this rule; may be repeated"},
    {"list-rules", 0, OPTION_FLAG, AT(list_rules), NULL, "print the rules instead of running them"},
    {"rules-folder", 0, OPTION_TEXT, AT(rules_folder), "DIRECTORY",
     "rules of your own (" RULES_FOLDER ")"},
    OUTPUT_OPTIONS(struct audit_choice),
    {0},
};
#undef AT

static const char OPEN_FINDINGS[] =
    "SELECT finding_id, rule, severity, status, subject, domain, title, detail, evidence, "
    "first_seen, last_seen"
    "  FROM findings"
    " WHERE status = 'open'"
    "   AND (:rules IS NULL OR rule IN (SELECT value FROM json_each(:rules)))"
    " ORDER BY " FINDING_ORDER("severity") ", rule, subject";

static const char COUNT_OPEN[] =
    "SELECT count(*) FROM findings"
    " WHERE status = 'open' AND severity = ifnull(:severity, severity)"
    "   AND (:rules IS NULL OR rule IN (SELECT value FROM json_each(:rules)))";

/* Who never answered under a URI is not part of the fleet: a mistyped one would count for ever. */
static const char COUNT_UNREAD[] = "SELECT (SELECT count(*) FROM hypervisors"
                                   "         WHERE hostname <> '' AND last_status <> 'complete')"
                                   "     + (SELECT count(*) FROM guests WHERE status <> 'ok')";

struct audit_report {
  const struct globals *globals;
  const struct audit_choice *chosen;
  sqlite3 *db;
  const char *rules; /* JSON array of the names chosen; NULL for all */
  bool complete;     /* nothing that the rules look at was out of reach */
};

static sqlite3_stmt *
prepare(const struct audit_report *run, const char *sql, GError **error)
{
  sqlite3_stmt *statement = sql_prepare(run->db, sql, error);

  if (statement)
    sql_bind_text(statement, ":rules", run->rules);
  return statement;
}

static bool
count(const struct audit_report *run, const char *sql, const char *severity, gint64 *ret_count,
      GError **error)
{
  g_autoptr(Statement) statement = prepare(run, sql, error);

  if (!statement)
    return false;
  sql_bind_text(statement, ":severity", severity);
  if (sql_step(statement, error) != 1)
    return false;
  *ret_count = sqlite3_column_int64(statement, 0);
  return true;
}

enum severity { HIGH, MEDIUM, LOW, INFO, SEVERITIES };

/* Open findings of the rules chosen, by severity. */
static bool
count_open(const struct audit_report *run, gint64 *ret_counts, GError **error)
{
  static const char *const words[SEVERITIES] = {
      [HIGH] = "high", [MEDIUM] = "medium", [LOW] = "low", [INFO] = "info"};

  for (size_t i = 0; i < SEVERITIES; i++)
    if (!count(run, COUNT_OPEN, words[i], &ret_counts[i], error))
      return false;
  return true;
}

/* JSON is one object, for it has to say whether something is missing from it. */
static bool
print_document(const struct audit_report *run, sqlite3_stmt *statement, GError **error)
{
  json_t *rows = rows_to_json(statement, error);

  if (!rows)
    return false;
  json_t *document = json_pack("{s:b, s:o}", "complete", run->complete, "findings", rows);
  document_print(stdout, document, false);
  json_decref(document);
  return true;
}

static bool
print_rows(const struct audit_report *run, sqlite3_stmt *statement, GError **error)
{
  const struct list *list = lists_find("findings");
  bool table = g_strcmp0(run->chosen->output.format, "csv") != 0 &&
               g_strcmp0(run->chosen->output.format, "jsonl") != 0;
  g_autoptr(GArray) picks =
      lists_choose(list, table ? "severity,rule,domain,detail" : "all", error);

  return lists_write(list, picks, statement, &run->chosen->output, error);
}

static bool
print_findings(const struct audit_report *run, GError **error)
{
  g_autoptr(Statement) statement = prepare(run, OPEN_FINDINGS, error);

  if (!statement)
    return false;
  if (g_strcmp0(run->chosen->output.format, "json") == 0)
    return print_document(run, statement, error);
  return print_rows(run, statement, error);
}

static void
tell(const struct audit_report *run, const struct audit_result *result, const gint64 *open)
{
  for (guint i = 0; i < result->problems->len; i++)
    message_warning(run->globals, "%s", (const char *)result->problems->pdata[i]);
  message_note(
      run->globals,
      "%u rules: %" G_GINT64_FORMAT " findings open (%" G_GINT64_FORMAT " high, %" G_GINT64_FORMAT
      " medium, %" G_GINT64_FORMAT " low, %" G_GINT64_FORMAT " info), %u of them new; %u resolved",
      result->rules, open[HIGH] + open[MEDIUM] + open[LOW] + open[INFO], open[HIGH], open[MEDIUM],
      open[LOW], open[INFO], result->findings.opened, result->findings.resolved);
}

static enum exit_status
report(struct audit_report *run, const struct audit_result *result)
{
  g_autoptr(GError) error = NULL;
  gint64 open[SEVERITIES], unread;

  if (count_open(run, open, &error) && count(run, COUNT_UNREAD, NULL, &unread, &error)) {
    bool serious = open[HIGH] + open[MEDIUM] + open[LOW] > 0;

    tell(run, result, open);
    run->complete = unread == 0 && result->problems->len == 0;
    if (print_findings(run, &error))
      return serious ? EXIT_FINDINGS : run->complete ? EXIT_OK : EXIT_PARTIAL;
  }
  if (error)
    message_error(run->globals, "%s", error->message);
  return EXIT_ERROR;
}

/* The names as a JSON array, new; NULL for NULL. */
static char *
names_to_json(char **names)
{
  if (!names)
    return NULL;
  json_t *array = json_array();
  for (; *names; names++)
    json_array_append_new(array, json_string(*names));
  char *text = json_dumps(array, JSON_COMPACT);
  char *copy = g_strdup(text);
  free(text);
  json_decref(array);
  return copy;
}

static const char *
rules_folder(const struct audit_choice *chosen)
{
  return chosen->rules_folder ? chosen->rules_folder : RULES_FOLDER;
}

static enum exit_status
audit(const struct globals *globals, struct ledger *ledger, const struct audit_choice *chosen,
      const struct policy *policy)
{
  const struct audit_options how = {
      .folder = rules_folder(chosen),
      .only = (const char *const *)chosen->rules,
      .policy = policy,
  };
  g_autofree char *rules = names_to_json(chosen->rules);
  struct audit_report run = {globals, chosen, ledger_db(ledger), rules};
  g_autoptr(GError) error = NULL;
  struct audit_result result;

  if (audit_run(ledger, &how, &result, &error)) {
    enum exit_status status = report(&run, &result);
    audit_result_clear(&result);
    return status;
  }
  if (g_error_matches(error, AUDIT_ERROR, AUDIT_ERROR_UNKNOWN))
    return message_usage(globals, "audit", "%s", error->message);
  message_error(globals, "%s", error->message);
  return EXIT_ERROR;
}

static struct cell
text_or_null(const char *text)
{
  return text ? cell_of_text(text) : (struct cell){.type = CELL_NULL};
}

static enum exit_status
print_rules(const struct audit_choice *chosen)
{
  static const struct output_column columns[] = {{"severity"}, {"rule"}, {"title"},  {"why"},
                                                 {"fix"},      {"file"}, {"problem"}};
  g_autoptr(GPtrArray) rules = rules_load(rules_folder(chosen));
  g_autoptr(Output) output = output_new(stdout, &chosen->output, 1);

  output_begin(output, columns, G_N_ELEMENTS(columns));
  for (guint i = 0; i < rules->len; i++) {
    const struct rule *rule = rules->pdata[i];
    const struct cell cells[] = {
        text_or_null(rule->severity), text_or_null(rule->name), text_or_null(rule->title),
        text_or_null(rule->why),      text_or_null(rule->fix),  text_or_null(rule->file),
        text_or_null(rule->problem),
    };

    output_row(output, cells);
  }
  output_end(output);
  return EXIT_OK;
}

static enum exit_status
run(const struct globals *globals, gpointer data, G_GNUC_UNUSED char **arguments)
{
  const struct audit_choice *chosen = data;

  if (chosen->list_rules)
    return print_rules(chosen);
  g_autoptr(Config) config = open_config(globals);
  g_autoptr(Policy) policy = config ? open_policy(globals, config) : NULL;
  g_autoptr(Ledger) ledger = policy ? open_existing(globals, LEDGER_WRITE) : NULL;
  return ledger ? audit(globals, ledger, chosen, policy) : EXIT_ERROR;
}

const struct verb verb_audit = {
    .name = "audit",
    .summary = "run the rules and print the findings",
    .help =
        "Runs every rule over the ledger: guests that share a machine ID, templates that carry\n"
        "one, images that are missing, and more; 'virt-ledger scan' ends with the same. A\n"
        "finding stays open until its cause is gone from a complete scan. Rules are SQL: your\n"
        "own go into " RULES_FOLDER ".\n"
        "\n"
        "Exit status: 0 nothing found; 2 findings of severity low or above are open; 3 none\n"
        "are, but a hypervisor, guest or rule could not be read, so there may be some; 1 the\n"
        "audit failed. Findings of severity info never change it, nor do URIs under which\n"
        "nobody ever answered.\n"
        "\n"
        "Examples:\n"
        "  virt-ledger audit\n"
        "  virt-ledger audit --rule machine-id.duplicate --format json\n"
        "  virt-ledger audit --list-rules\n",
    .options = options,
    .options_size = sizeof(struct audit_choice),
    .run = run,
};
