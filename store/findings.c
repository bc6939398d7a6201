/* SPDX-License-Identifier: Apache-2.0 */
/* One audit: what is told is opened or kept, what is not told any more is resolved. */
#include "store/findings.h"

#include "facts/clock.h"
#include "store/sql.h"

#include <jansson.h>
#include <string.h>

static const char AUDIT_ADD[] = "INSERT INTO audit (at, scan_id, rules)\n"
                                "VALUES (:at, (SELECT max(scan_id) FROM scan), :rules)";

/* -> finding_id, whether it is open, whether its current fact says the same */
static const char FINDING_FIND[] =
    "SELECT f.finding_id, p.finding_id IS NOT NULL,\n"
    "       (p.severity, p.title, p.domain_id, p.detail, p.evidence)\n"
    "    IS (:severity, :title, nullif(:domain_id, 0), :detail, :evidence)\n"
    "  FROM finding AS f\n"
    "  LEFT JOIN finding_fact AS p ON p.finding_id = f.finding_id AND p.until_audit IS NULL\n"
    " WHERE f.rule = :rule AND f.subject = :subject";

static const char FINDING_ADD[] = "INSERT INTO finding (rule, subject)\n"
                                  "VALUES (:rule, :subject)";

static const char FACT_CLOSE[] = "UPDATE finding_fact\n"
                                 "   SET until_audit = :audit_id\n"
                                 " WHERE finding_id = :finding_id AND until_audit IS NULL\n"
                                 "   AND since_audit < :audit_id";

static const char FACT_ADD[] =
    "INSERT INTO finding_fact (finding_id, since_audit, severity, title, domain_id, detail,\n"
    "       evidence)\n"
    "VALUES (:finding_id, :audit_id, :severity, :title, nullif(:domain_id, 0), :detail,\n"
    "       :evidence)";

/*
 * -> finding_id, rule, whether its absence says something: its domain is gone, or the last scan
 * that could have found it again was complete. A finding about no domain may be about any
 * hypervisor that ever answered; one that never did was never part of it.
 */
static const char SELECT_OPEN[] =
    "WITH last (hypervisor_id, status) AS MATERIALIZED (\n"
    "  SELECT h.hypervisor_id,\n"
    "         (SELECT s.status\n"
    "            FROM scan AS s\n"
    "           WHERE s.hypervisor_id = h.hypervisor_id\n"
    "           ORDER BY s.scan_id DESC\n"
    "           LIMIT 1)\n"
    "    FROM hypervisor AS h\n"
    "   WHERE h.hostname <> ''\n"
    ")\n"
    "SELECT f.finding_id, f.rule,\n"
    "       CASE WHEN p.domain_id IS NULL\n"
    "            THEN NOT EXISTS (SELECT 1 FROM last WHERE status IS NOT 'complete')\n"
    "            ELSE d.digest IS NULL\n"
    "                 OR (SELECT status\n"
    "                       FROM last\n"
    "                      WHERE hypervisor_id = d.hypervisor_id) IS 'complete' END\n"
    "  FROM finding_fact AS p\n"
    "  JOIN finding AS f ON f.finding_id = p.finding_id\n"
    "  LEFT JOIN domain AS d ON d.domain_id = p.domain_id\n"
    " WHERE p.until_audit IS NULL";

static const char COUNT_OPEN[] = "SELECT severity, count(*)\n"
                                 "  FROM finding_fact\n"
                                 " WHERE until_audit IS NULL\n"
                                 " GROUP BY severity";

enum statement { ADD_AUDIT, FIND, ADD, CLOSE_FACT, ADD_FACT, OPEN, COUNT, STATEMENTS };

static const char *const texts[STATEMENTS] = {
    [ADD_AUDIT] = AUDIT_ADD, [FIND] = FINDING_FIND, [ADD] = FINDING_ADD,  [CLOSE_FACT] = FACT_CLOSE,
    [ADD_FACT] = FACT_ADD,   [OPEN] = SELECT_OPEN,  [COUNT] = COUNT_OPEN,
};

struct findings {
  sqlite3 *db;
  sqlite3_stmt *statements[STATEMENTS];
  gint64 audit_id;
  GHashTable *told; /* of gint64 *, finding_id */
  GHashTable *kept; /* of char *, rules */
  guint opened, resolved;
  bool in_transaction;
};
typedef struct findings Findings;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Findings, findings_free)

static bool
prepare(struct findings *findings, GError **error)
{
  for (size_t i = 0; i < STATEMENTS; i++)
    if (!(findings->statements[i] = sql_prepare(findings->db, texts[i], error)))
      return false;
  return true;
}

static bool
begin(struct findings *findings, guint rules, GError **error)
{
  sqlite3_stmt *add = findings->statements[ADD_AUDIT];

  findings->in_transaction = sql_begin(findings->db, error);
  if (!findings->in_transaction)
    return false;
  sql_bind_number(add, ":at", clock_now());
  sql_bind_number(add, ":rules", rules);
  if (!sql_run(add, error))
    return false;
  findings->audit_id = sqlite3_last_insert_rowid(findings->db);
  return true;
}

struct findings *
findings_begin(struct ledger *ledger, guint rules, GError **error)
{
  g_autoptr(Findings) findings = g_new0(struct findings, 1);

  findings->db = ledger_db(ledger);
  findings->told = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  findings->kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  if (!prepare(findings, error) || !begin(findings, rules, error))
    return NULL;
  return g_steal_pointer(&findings);
}

void
findings_free(struct findings *findings)
{
  if (!findings)
    return;
  for (size_t i = 0; i < STATEMENTS; i++)
    sqlite3_finalize(findings->statements[i]);
  if (findings->in_transaction)
    sql_rollback(findings->db);
  g_hash_table_unref(findings->told);
  g_hash_table_unref(findings->kept);
  g_free(findings);
}

static sqlite3_stmt *
bind(struct findings *findings, enum statement number, const struct finding *finding, gint64 id)
{
  sqlite3_stmt *statement = findings->statements[number];

  sql_bind_number(statement, ":finding_id", id);
  sql_bind_number(statement, ":audit_id", findings->audit_id);
  if (!finding)
    return statement;
  sql_bind_text(statement, ":rule", finding->rule);
  sql_bind_text(statement, ":subject", finding->subject);
  sql_bind_text(statement, ":severity", finding->severity);
  sql_bind_text(statement, ":title", finding->title);
  sql_bind_number(statement, ":domain_id", finding->domain_id);
  sql_bind_text(statement, ":detail", finding->detail);
  sql_bind_text(statement, ":evidence", finding->evidence);
  return statement;
}

/* What the ledger has of a finding. */
struct known {
  gint64 id; /* 0: nothing */
  bool is_open, is_same;
};

static bool
find(struct findings *findings, const struct finding *finding, struct known *ret_known,
     GError **error)
{
  sqlite3_stmt *statement = bind(findings, FIND, finding, 0);
  int row = sql_step(statement, error);

  if (row < 0)
    return false;
  *ret_known = (struct known){0};
  if (row == 0)
    return true;
  *ret_known = (struct known){
      .id = sqlite3_column_int64(statement, 0),
      .is_open = sqlite3_column_int(statement, 1),
      .is_same = sqlite3_column_int(statement, 2),
  };
  sqlite3_reset(statement);
  return true;
}

static bool
add(struct findings *findings, const struct finding *finding, struct known *known, GError **error)
{
  if (!sql_run(bind(findings, ADD, finding, 0), error))
    return false;
  known->id = sqlite3_last_insert_rowid(findings->db);
  return true;
}

/* False where this audit has told it before. */
static bool
tell(struct findings *findings, gint64 id)
{
  return g_hash_table_add(findings->told, g_memdup2(&id, sizeof id));
}

static bool
write_fact(struct findings *findings, const struct finding *finding, const struct known *known,
           GError **error)
{
  if (known->is_open && known->is_same)
    return true;
  /* The new one first: should a constraint refuse it, the old one stands. */
  if (!sql_run(bind(findings, ADD_FACT, finding, known->id), error))
    return false;
  findings->opened += !known->is_open;
  return sql_run(bind(findings, CLOSE_FACT, NULL, known->id), error);
}

/* A CHECK cannot say it: in a schema that is not trusted, SQLite lets nobody call json_valid(). */
static bool
check_evidence(const struct finding *finding, GError **error)
{
  json_t *evidence = json_loads(finding->evidence, JSON_REJECT_DUPLICATES, NULL);
  bool is_object = json_is_object(evidence);

  json_decref(evidence);
  if (!is_object)
    g_set_error(error, STORE_ERROR, STORE_ERROR_SQL, "rule %s: evidence that is no JSON object",
                finding->rule);
  return is_object;
}

bool
findings_add(struct findings *findings, const struct finding *finding, GError **error)
{
  struct known known;

  if (!check_evidence(finding, error) || !find(findings, finding, &known, error))
    return false;
  if (known.id == 0 && !add(findings, finding, &known, error))
    return false;
  return !tell(findings, known.id) || write_fact(findings, finding, &known, error);
}

bool
findings_keep(struct findings *findings, const char *rule, GError **error G_GNUC_UNUSED)
{
  g_hash_table_add(findings->kept, g_strdup(rule));
  return true;
}

static GArray *
list_resolved(struct findings *findings, GError **error)
{
  sqlite3_stmt *open = findings->statements[OPEN];
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  int row;

  while ((row = sql_step(open, error)) > 0) {
    gint64 id = sqlite3_column_int64(open, 0);
    const char *rule = (const char *)sqlite3_column_text(open, 1);

    if (sqlite3_column_int(open, 2) && !g_hash_table_contains(findings->kept, rule) &&
        !g_hash_table_contains(findings->told, &id))
      g_array_append_val(ids, id);
  }
  return row == 0 ? g_steal_pointer(&ids) : NULL;
}

static bool
resolve(struct findings *findings, GError **error)
{
  g_autoptr(GArray) ids = list_resolved(findings, error);

  for (guint i = 0; ids && i < ids->len; i++)
    if (!sql_run(bind(findings, CLOSE_FACT, NULL, g_array_index(ids, gint64, i)), error))
      return false;
  if (ids)
    findings->resolved = ids->len;
  return ids;
}

static bool
count(struct findings *findings, struct findings_summary *summary, GError **error)
{
  const struct {
    const char *severity;
    guint *count;
  } counters[] = {
      {"high", &summary->high},
      {"medium", &summary->medium},
      {"low", &summary->low},
      {"info", &summary->info},
  };
  sqlite3_stmt *statement = findings->statements[COUNT];
  int row;

  while ((row = sql_step(statement, error)) > 0) {
    const char *severity = (const char *)sqlite3_column_text(statement, 0);
    guint number = (guint)sqlite3_column_int(statement, 1);

    summary->open += number;
    for (size_t i = 0; i < G_N_ELEMENTS(counters); i++)
      if (strcmp(counters[i].severity, severity) == 0)
        *counters[i].count = number;
  }
  return row == 0;
}

bool
findings_commit(struct findings *findings, struct findings_summary *ret_summary, GError **error)
{
  struct findings_summary summary = {0};

  if (!resolve(findings, error) || !count(findings, &summary, error) ||
      !sql_commit(findings->db, error))
    return false;
  findings->in_transaction = false;
  summary.opened = findings->opened;
  summary.resolved = findings->resolved;
  *ret_summary = summary;
  return true;
}
