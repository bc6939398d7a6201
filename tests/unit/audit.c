/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit's own conduct: findings that open, resolve and stay, and rules of users that
 * misbehave.
 */
#include "audit/audit.h"

#include "tests/unit/fleet.h"

#include <string.h>

#define ID "8f3c0000000000000000000000000001"

#define GUEST(number, id)                                                                          \
  "{\"kind\":\"domain\",\"uuid\":\"0000000" number "-0000-4000-8000-000000000000\","               \
  "\"name\":\"vm-" number "\",\"state\":\"shut off\",\"status\":\"ok\"}\n"                         \
  "{\"kind\":\"guest\",\"domain\":\"0000000" number "-0000-4000-8000-000000000000\","              \
  "\"road\":\"disk\",\"status\":\"ok\",\"roots\":[{\"root\":\"vda\",\"status\":\"ok\","            \
  "\"identities\":[{\"kind\":\"machine-id\",\"state\":\"valid\",\"value\":\"" id "\","             \
  "\"path\":\"/etc/machine-id\"}]}]}\n"

#define PAIR   "@scan kvm1\n" GUEST("1", ID) GUEST("2", ID)
#define SINGLE "@scan kvm1\n" GUEST("1", ID)

#define OPEN(rule) "SELECT count(*) FROM findings WHERE status = 'open' AND rule = '" rule "'"

static struct audit_result
audit(struct fleet *fleet, const char *folder, const char *const *only)
{
  const struct audit_options options = {.folder = folder, .only = only, .rule_time_ms = 300};
  g_autoptr(GError) error = NULL;
  struct audit_result result;

  audit_run(fleet_ledger(fleet), &options, &result, &error);
  g_assert_no_error(error);
  return result;
}

static struct findings_summary
audit_all(struct fleet *fleet)
{
  struct audit_result result = audit(fleet, NULL, NULL);

  audit_result_clear(&result);
  return result.findings;
}

static void
test_life(void)
{
  g_autoptr(Fleet) fleet = fleet_new();

  fleet_ingest(fleet, PAIR);
  g_assert_cmpuint(audit_all(fleet).opened, ==, 1);
  fleet_ingest(fleet, SINGLE);
  g_assert_cmpuint(audit_all(fleet).resolved, ==, 1);
  g_assert_cmpint(fleet_number(fleet, OPEN("machine-id.duplicate")), ==, 0);
  fleet_ingest(fleet, PAIR);
  g_assert_cmpuint(audit_all(fleet).opened, ==, 1);
  g_assert_cmpint(fleet_number(fleet, "SELECT count(*) FROM finding"), ==, 1);
}

/* A scan without its end concludes nothing, so neither does the audit. */
static void
test_partial(void)
{
  g_autoptr(Fleet) fleet = fleet_new();

  fleet_ingest(fleet, PAIR);
  audit_all(fleet);
  fleet_ingest(fleet, "@scan kvm1 partial\n" GUEST("1", ID));
  g_assert_cmpuint(audit_all(fleet).resolved, ==, 0);
  g_assert_cmpint(fleet_number(fleet, OPEN("machine-id.duplicate")), ==, 1);
}

#define WEB "00000001-0000-4000-8000-000000000000"
#define READ(state, road, root, identity)                                                          \
  "@scan kvm1\n{\"kind\":\"domain\",\"uuid\":\"" WEB "\",\"name\":\"web\",\"state\":\"" state      \
  "\",\"status\":\"ok\"}\n{\"kind\":\"guest\",\"domain\":\"" WEB "\",\"road\":\"" road             \
  "\",\"status\":\"ok\",\"roots\":[{\"root\":\"" root "\",\"status\":\"ok\",\"identities\":["      \
  "{\"kind\":\"machine-id\",\"path\":\"/etc/machine-id\"," identity "}]}]}\n"
#define MISSING      "\"state\":\"missing\""
#define VALID(digit) "\"state\":\"valid\",\"value\":\"8f3c000000000000000000000000000" digit "\""

/*
 * What the disk of a guest told that is off, its agent tells when it runs: one finding all along.
 */
static void
test_roads(void)
{
  g_autoptr(Fleet) fleet = fleet_new();

  fleet_ingest(fleet, READ("shut off", "disk", "vda1", MISSING));
  g_assert_cmpuint(audit_all(fleet).opened, ==, 1);
  fleet_ingest(fleet, READ("running", "agent", "/", MISSING));
  struct findings_summary live = audit_all(fleet);
  g_assert_cmpuint(live.opened, ==, 0);
  g_assert_cmpuint(live.resolved, ==, 0);
  g_assert_cmpint(fleet_number(fleet, OPEN("machine-id.missing")), ==, 1);
}

/* A change that the journal holds is none to be told of. */
static void
test_journalled(void)
{
  static const char JOURNAL[] =
      "DROP VIEW changes;\n"
      "CREATE VIEW changes AS\n"
      "SELECT 1 AS change_id, '2023-11-14T22:30:00Z' AS at, 'root' AS actor,\n"
      "       'machine-id.renew' AS action, 'web' AS domain, 'vda1:/etc/machine-id' AS target,\n"
      "       NULL AS before_hash, NULL AS after_hash, 'done' AS state, NULL AS undo_of;\n";
  g_autoptr(Fleet) fleet = fleet_new();

  fleet_ingest(fleet, READ("shut off", "disk", "vda1", VALID("1"))
                          READ("shut off", "disk", "vda1", VALID("2")));
  g_assert_cmpuint(audit_all(fleet).opened, ==, 1);
  g_assert_cmpint(fleet_number(fleet, OPEN("machine-id.changed")), ==, 1);
  g_assert_cmpint(sqlite3_exec(ledger_db(fleet_ledger(fleet)), JOURNAL, NULL, NULL, NULL), ==,
                  SQLITE_OK);
  g_assert_cmpuint(audit_all(fleet).resolved, ==, 1);
  fleet_ingest(fleet, READ("shut off", "disk", "vda1", VALID("3")));
  audit_all(fleet);
  g_assert_cmpint(fleet_number(fleet, OPEN("machine-id.changed")), ==, 1);
}

static void
test_only(void)
{
  static const char *const other[] = {"machine-id.split", NULL};
  static const char *const same[] = {"machine-id.split", "machine-id.duplicate", NULL};
  g_autoptr(Fleet) fleet = fleet_new();

  fleet_ingest(fleet, PAIR);
  audit_all(fleet);
  fleet_ingest(fleet, SINGLE);
  struct audit_result result = audit(fleet, NULL, other);
  g_assert_cmpuint(result.rules, ==, 1);
  g_assert_cmpuint(result.findings.resolved, ==, 0);
  audit_result_clear(&result);
  result = audit(fleet, NULL, same);
  g_assert_cmpuint(result.rules, ==, 2);
  g_assert_cmpuint(result.findings.resolved, ==, 1);
  audit_result_clear(&result);
}

static void
test_unknown(void)
{
  static const char *const only[] = {"machine-id.split", "no.such-rule", NULL};
  const struct audit_options options = {.only = only};
  g_autoptr(Fleet) fleet = fleet_new();
  g_autoptr(GError) error = NULL;
  struct audit_result result;

  g_assert_false(audit_run(fleet_ledger(fleet), &options, &result, &error));
  g_assert_error(error, AUDIT_ERROR, AUDIT_ERROR_UNKNOWN);
  g_assert_cmpint(fleet_number(fleet, "SELECT count(*) FROM audit"), ==, 0);
}

#define HEAD "-- rule: site.odd\n-- severity: medium\n-- title: Odd\n"
#define GOOD                                                                                       \
  HEAD "SELECT 'a' AS subject, domain_id, name AS detail, '{}' AS evidence, 1 AS more\n"           \
       "  FROM domains LIMIT 1; -- the end\n"

static char *
write_rule(struct fleet *fleet, const char *text)
{
  g_autoptr(GError) error = NULL;
  char *folder = fleet_path(fleet, "rules");
  g_autofree char *path = g_build_filename(folder, "odd.sql", NULL);

  g_mkdir_with_parents(folder, 0700);
  g_file_set_contents(path, text, -1, &error);
  g_assert_no_error(error);
  return folder;
}

static void
test_users_rule(void)
{
  g_autoptr(Fleet) fleet = fleet_new();

  fleet_ingest(fleet, SINGLE);
  g_autofree char *folder = write_rule(fleet, GOOD);
  struct audit_result result = audit(fleet, folder, NULL);
  g_assert_cmpuint(result.problems->len, ==, 0);
  g_assert_cmpuint(result.findings.medium, ==, 1);
  g_assert_cmpint(fleet_number(fleet, OPEN("site.odd") " AND domain = 'vm-1'"), ==, 1);
  audit_result_clear(&result);

  /* the rule is taken away, and with it what it found */
  g_assert_cmpuint(audit_all(fleet).resolved, ==, 1);
}

/* A row may say how bad it is. */
static void
test_severity(void)
{
  g_autoptr(Fleet) fleet = fleet_new();

  fleet_ingest(fleet, SINGLE);
  g_autofree char *folder = write_rule(
      fleet, HEAD "SELECT column1 AS subject, NULL AS domain_id, 'd' AS detail, '{}' AS evidence,\n"
                  "       column2 AS severity\n"
                  "  FROM (VALUES ('a', 'high'), ('b', NULL), ('c', 'info'), ('d', 'info'),\n"
                  "               ('e', identity_severity('iscsi-initiator')),\n"
                  "               ('f', identity_severity('machine-id')),\n"
                  "               ('g', identity_severity(NULL)));");
  struct audit_result result = audit(fleet, folder, NULL);

  g_assert_cmpuint(result.problems->len, ==, 0);
  g_assert_cmpuint(result.findings.high, ==, 2);
  g_assert_cmpuint(result.findings.medium, ==, 3);
  g_assert_cmpuint(result.findings.info, ==, 2);
  g_assert_cmpint(fleet_number(fleet, OPEN("site.odd") " AND severity = 'high'"), ==, 2);
  audit_result_clear(&result);
}

static const struct broken {
  const char *name, *text, *problem;
} broken[] = {
    {"head", "-- rule: site.odd\n-- severity: dire\n-- title: Odd\nSELECT 1;", "severity"},
    {"syntax", HEAD "SELEKT 1;", "syntax error"},
    {"empty", HEAD "-- nothing\n", "no SQL"},
    {"table", HEAD "SELECT 1 FROM no_such_table;", "no such table"},
    {"column", HEAD "SELECT 'a' AS subject, NULL AS domain_id, 'b' AS detail;", "\"evidence\""},
    {"two",
     HEAD "SELECT 'a' AS subject, NULL AS domain_id, 'b' AS detail, '{}' AS evidence; SELECT 2;",
     "more than one statement"},
    {"two-broken",
     HEAD "SELECT 'a' AS subject, NULL AS domain_id, 'b' AS detail, '{}' AS evidence; junk",
     "more than one statement"},
    {"delete", HEAD "DELETE FROM finding;", "only read"},
    {"returning",
     HEAD "DELETE FROM finding RETURNING 'a' AS subject, NULL AS domain_id, 'b' AS detail, "
          "'{}' AS evidence;",
     "only read"},
    {"pragma", HEAD "PRAGMA user_version = 1000;", "only read"},
    {"attach", HEAD "ATTACH '/tmp/x' AS x;", "only read"},
    {"commit", HEAD "COMMIT;", "only read"},
    {"extension",
     HEAD "SELECT load_extension('x') AS subject, NULL AS domain_id, 'b' AS detail, "
          "'{}' AS evidence;",
     "not authorized"},
    {"slow",
     HEAD "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)\n"
          "SELECT 'a' AS subject, NULL AS domain_id, 'b' AS detail, '{}' AS evidence "
          "FROM n WHERE i < 0;",
     "longer than 300 ms"},
    {"flood",
     HEAD "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100001)\n"
          "SELECT 'a' || i AS subject, NULL AS domain_id, 'b' AS detail, '{}' AS evidence "
          "FROM n;",
     NULL},
    {"long-subject",
     HEAD "SELECT printf('%065537d', 1) AS subject, NULL AS domain_id, 'b' AS detail, "
          "'{}' AS evidence;",
     "subject of more than 64 KiB"},
    {"long-detail",
     HEAD "SELECT 'a' AS subject, NULL AS domain_id, printf('%065537d', 1) AS detail, "
          "'{}' AS evidence;",
     "detail of more than 64 KiB"},
    {"long-evidence",
     HEAD "SELECT 'a' AS subject, NULL AS domain_id, 'b' AS detail, "
          "json_object('a', hex(zeroblob(8388608))) AS evidence;",
     "evidence of more than 16384 KiB"},
    {"json", HEAD "SELECT 'a' AS subject, NULL AS domain_id, 'b' AS detail, 'x' AS evidence;",
     "no JSON object"},
    {"array", HEAD "SELECT 'a' AS subject, NULL AS domain_id, 'b' AS detail, '[]' AS evidence;",
     "no JSON object"},
    {"no-evidence",
     HEAD "SELECT 'a' AS subject, NULL AS domain_id, 'b' AS detail, NULL AS evidence;",
     "without evidence"},
    {"no-subject", HEAD "SELECT '' AS subject, NULL AS domain_id, 'b' AS detail, '{}' AS evidence;",
     "without subject"},
    {"bytes", HEAD "SELECT x'ff' AS subject, NULL AS domain_id, 'b' AS detail, '{}' AS evidence;",
     "no UTF-8 text"},
    {"domain", HEAD "SELECT 'a' AS subject, 4711 AS domain_id, 'b' AS detail, '{}' AS evidence;",
     "no domain has"},
    {"severity",
     HEAD "SELECT 'a' AS subject, NULL AS domain_id, 'b' AS detail, '{}' AS evidence, "
          "'dire' AS severity;",
     "severity that is none of"},
    {"late",
     HEAD "SELECT 'b' AS subject, NULL AS domain_id, 'b' AS detail, '{}' AS evidence UNION ALL "
          "SELECT 'c', NULL, 'b', 'x';",
     "no JSON object"},
};

/* What a good version found stays; nothing of the broken one counts; all other rules run. */
static void
test_broken(gconstpointer data)
{
  const struct broken *test = data;
  g_autoptr(Fleet) fleet = fleet_new();

  fleet_ingest(fleet, PAIR);
  g_autofree char *folder = write_rule(fleet, GOOD);
  struct audit_result result = audit(fleet, folder, NULL);
  guint rules = result.rules;
  audit_result_clear(&result);

  g_free(write_rule(fleet, test->text));
  result = audit(fleet, folder, NULL);
  g_assert_cmpuint(result.problems->len, ==, 1);
  const char *problem = result.problems->pdata[0];
  g_assert_nonnull(strstr(problem, "site.odd"));
  g_assert_nonnull(strstr(problem, "odd.sql"));
  if (test->problem && !strstr(problem, test->problem))
    g_error("%s", problem);
  g_assert_cmpuint(result.rules, ==, rules - 1);
  g_assert_cmpuint(result.findings.opened, ==, 0);
  g_assert_cmpuint(result.findings.resolved, ==, 0);
  g_assert_cmpint(fleet_number(fleet, OPEN("site.odd") " AND subject = 'a'"), ==, 1);
  g_assert_cmpint(fleet_number(fleet, OPEN("machine-id.duplicate")), ==, 1);
  g_assert_cmpint(fleet_number(fleet, "PRAGMA user_version"), !=, 1000);
  audit_result_clear(&result);
}

/* A user's rule under an embedded name is skipped, and does not keep that one's findings. */
static void
test_name_taken(void)
{
  g_autoptr(Fleet) fleet = fleet_new();

  fleet_ingest(fleet, PAIR);
  audit_all(fleet);
  fleet_ingest(fleet, SINGLE);
  g_autofree char *folder = write_rule(
      fleet, "-- rule: machine-id.duplicate\n-- severity: info\n-- title: Odd\nSELECT 1;");
  struct audit_result result = audit(fleet, folder, NULL);
  g_assert_cmpuint(result.problems->len, ==, 1);
  g_assert_cmpuint(result.findings.resolved, ==, 1);
  audit_result_clear(&result);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/audit/life", test_life);
  g_test_add_func("/audit/partial", test_partial);
  g_test_add_func("/audit/roads", test_roads);
  g_test_add_func("/audit/journalled", test_journalled);
  g_test_add_func("/audit/only", test_only);
  g_test_add_func("/audit/unknown", test_unknown);
  g_test_add_func("/audit/users-rule", test_users_rule);
  g_test_add_func("/audit/severity", test_severity);
  for (size_t i = 0; i < G_N_ELEMENTS(broken); i++) {
    g_autofree char *path = g_strdup_printf("/audit/broken/%s", broken[i].name);

    g_test_add_data_func(path, &broken[i], test_broken);
  }
  g_test_add_func("/audit/name-taken", test_name_taken);
  return g_test_run();
}
