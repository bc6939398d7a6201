/* SPDX-License-Identifier: Apache-2.0 */
/* One rule's SQL, run. It may be anybody's: SQLite is told to let it read and nothing else. */
#include "audit/rule_run.h"

#include "store/guard.h"
#include "store/sql.h"

#include <jansson.h>
#include <string.h>

enum column { SUBJECT, DOMAIN_ID, DETAIL, EVIDENCE, SEVERITY, COLUMNS };

static const char *const column_names[COLUMNS] = {
    [SUBJECT] = "subject",   [DOMAIN_ID] = "domain_id", [DETAIL] = "detail",
    [EVIDENCE] = "evidence", [SEVERITY] = "severity", /* may lack */
};

struct run {
  sqlite3 *db;
  const struct rule *rule;
  const struct rule_bounds *bounds;
  Statement *statement;
  Statement *domain; /* whether there is such a domain */
  int columns[COLUMNS];
  guint rows;
};

static bool blame(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool
blame(GError **error, const char *format, ...)
{
  va_list arguments;

  va_start(arguments, format);
  g_autofree char *message = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error_literal(error, AUDIT_ERROR, AUDIT_ERROR_SQL, message);
  return false;
}

static bool
blame_sqlite(const struct run *run, int result, GError **error)
{
  switch (result & 0xff) {
  case SQLITE_AUTH:
    return blame(error, "it may only read: %s", sqlite3_errmsg(run->db));
  case SQLITE_INTERRUPT:
    return blame(error, "it takes longer than %u ms", run->bounds->time_ms);
  default:
    return blame(error, "%s", sqlite3_errmsg(run->db));
  }
}

/* The rest may be comments, which make no statement. */
static bool
is_alone(const struct run *run, const char *rest)
{
  g_autoptr(Statement) second = NULL;

  return sqlite3_prepare_v2(run->db, rest, -1, &second, NULL) == SQLITE_OK && !second;
}

static bool
prepare(struct run *run, GError **error)
{
  const char *rest;
  int result = sqlite3_prepare_v2(run->db, run->rule->sql, -1, &run->statement, &rest);

  if (result != SQLITE_OK)
    return blame_sqlite(run, result, error);
  if (!run->statement)
    return blame(error, "it has no SQL");
  if (!is_alone(run, rest))
    return blame(error, "it has more than one statement");
  return sqlite3_stmt_readonly(run->statement) || blame(error, "it may only read");
}

/* Guarded only while it is compiled: the statements of store/ are compiled between its rows. */
static bool
prepare_guarded(struct run *run, GError **error)
{
  guard_compile_begin(run->db);
  bool prepared = prepare(run, error);
  guard_compile_end(run->db);
  return prepared;
}

static int
find_column(sqlite3_stmt *statement, const char *name)
{
  for (int i = 0; i < sqlite3_column_count(statement); i++)
    if (strcmp(sqlite3_column_name(statement, i), name) == 0)
      return i;
  return -1;
}

static bool
find_columns(struct run *run, GError **error)
{
  for (size_t i = 0; i < COLUMNS; i++) {
    run->columns[i] = find_column(run->statement, column_names[i]);
    if (run->columns[i] < 0 && i != SEVERITY)
      return blame(error, "it gives no column \"%s\"", column_names[i]);
  }
  return true;
}

static gsize
most_bytes(const struct run *run, enum column column)
{
  return column == EVIDENCE ? run->bounds->evidence_bytes : run->bounds->text_bytes;
}

static const char *
read_text(const struct run *run, enum column column, GError **error)
{
  gsize most = most_bytes(run, column);
  const char *text = (const char *)sqlite3_column_text(run->statement, run->columns[column]);
  int length = sqlite3_column_bytes(run->statement, run->columns[column]);

  if (!text || length == 0)
    return blame(error, "it gives a row without %s", column_names[column]), NULL;
  if (most && (gsize)length > most)
    return blame(error, "it gives %s of more than %zu KiB", column_names[column], most >> 10), NULL;
  if (!g_utf8_validate_len(text, (gsize)length, NULL))
    return blame(error, "it gives a %s that is no UTF-8 text", column_names[column]), NULL;
  return text;
}

static bool
read_domain(const struct run *run, gint64 *ret_domain_id, GError **error)
{
  int column = run->columns[DOMAIN_ID];

  if (sqlite3_column_type(run->statement, column) == SQLITE_NULL) {
    *ret_domain_id = 0;
    return true;
  }
  gint64 domain_id = sqlite3_column_int64(run->statement, column);
  sql_bind_number(run->domain, ":domain_id", domain_id);
  int found = sql_step(run->domain, error);
  sqlite3_reset(run->domain);
  if (found == 0)
    return blame(error, "it gives a domain_id %" G_GINT64_FORMAT " that no domain has", domain_id);
  *ret_domain_id = domain_id;
  return found > 0;
}

/* The rule's own where the row gives none. */
static const char *
read_severity(const struct run *run, GError **error)
{
  int column = run->columns[SEVERITY];
  const char *word = column < 0 ? NULL : (const char *)sqlite3_column_text(run->statement, column);
  const char *severity = word ? rule_severity(word) : run->rule->severity;

  if (!severity)
    blame(error, "it gives a severity that is none of high, medium, low, info");
  return severity;
}

static bool
check_object(const char *text, GError **error)
{
  json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
  bool is_object = json_is_object(value);

  json_decref(value);
  return is_object || blame(error, "it gives evidence that is no JSON object");
}

static bool
read_row(const struct run *run, struct finding *ret_finding, GError **error)
{
  struct finding finding = {
      .rule = run->rule->name,
      .title = run->rule->title,
  };

  finding.severity = read_severity(run, error);
  if (!finding.severity)
    return false;
  finding.subject = read_text(run, SUBJECT, error);
  if (!finding.subject)
    return false;
  finding.detail = read_text(run, DETAIL, error);
  if (!finding.detail || !read_domain(run, &finding.domain_id, error))
    return false;
  finding.evidence = read_text(run, EVIDENCE, error);
  if (!finding.evidence || !check_object(finding.evidence, error))
    return false;
  *ret_finding = finding;
  return true;
}

static bool
step(struct run *run, rule_told told, gpointer data, GError **error)
{
  struct finding finding;
  int result;

  while ((result = sqlite3_step(run->statement)) == SQLITE_ROW) {
    if (run->bounds->rows && run->rows++ == run->bounds->rows)
      return blame(error, "it gives more than %u rows", run->bounds->rows);
    if (!read_row(run, &finding, error) || !told(&finding, data, error))
      return false;
  }
  return result == SQLITE_DONE || blame_sqlite(run, result, error);
}

static bool
run_all(struct run *run, rule_told told, gpointer data, GError **error)
{
  static const char DOMAIN_FIND[] = "SELECT 1 FROM domain WHERE domain_id = :domain_id";
  struct guard_clock clock;

  run->domain = sql_prepare(run->db, DOMAIN_FIND, error);
  if (!run->domain || !prepare_guarded(run, error) || !find_columns(run, error))
    return false;
  guard_clock_begin(&clock, run->db, run->bounds->time_ms);
  bool done = step(run, told, data, error);
  guard_clock_end(run->db);
  return done;
}

bool
rule_run(sqlite3 *db, const struct rule *rule, const struct rule_bounds *bounds, rule_told told,
         gpointer data, GError **error)
{
  struct run run = {
      .db = db,
      .rule = rule,
      .bounds = bounds,
  };
  bool done = run_all(&run, told, data, error);

  sqlite3_finalize(run.statement);
  sqlite3_finalize(run.domain);
  return done;
}
