/* SPDX-License-Identifier: Apache-2.0 */
/* Findings over audits: opened, kept, changed, resolved, reopened. */
#include "ledger_fixture.h"

#include "store/findings.h"

#include <string.h>

static struct finding
finding_of(const char *subject, gint64 domain_id)
{
  return (struct finding){
      .rule = "machine-id.duplicate",
      .severity = "high",
      .title = "Two guests",
      .subject = subject,
      .domain_id = domain_id,
      .detail = "detail",
      .evidence = "{\"a\":1}",
  };
}

static struct findings *
begin(struct ledger_fixture *fixture)
{
  GError *error = NULL;
  struct findings *findings = findings_begin(fixture->ledger, 1, &error);

  g_assert_no_error(error);
  return findings;
}

static void
tell(struct findings *findings, struct finding finding)
{
  GError *error = NULL;

  g_assert_true(findings_add(findings, &finding, &error));
  g_assert_no_error(error);
}

static struct findings_summary
commit(struct findings *findings)
{
  struct findings_summary summary;
  GError *error = NULL;

  g_assert_true(findings_commit(findings, &summary, &error));
  g_assert_no_error(error);
  findings_free(findings);
  return summary;
}

/* An audit that tells findings about subjects, each a letter. */
static struct findings_summary
audit(struct ledger_fixture *fixture, const char *subjects)
{
  struct findings *findings = begin(fixture);

  for (const char *letter = subjects; *letter; letter++) {
    const char subject[] = {*letter, '\0'};
    tell(findings, finding_of(subject, 0));
  }
  return commit(findings);
}

static const char SELECT_FINDINGS[] = "SELECT subject, status FROM findings ORDER BY subject";
static const char SELECT_FACTS[] =
    "SELECT since_audit, until_audit, detail FROM finding_fact ORDER BY finding_id, since_audit";

static void
test_life(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  struct findings_summary summary = audit(fixture, "ab");

  g_assert_cmpuint(summary.opened, ==, 2);
  g_assert_cmpuint(summary.open, ==, 2);
  g_assert_cmpuint(summary.high, ==, 2);
  summary = audit(fixture, "ba");
  g_assert_cmpuint(summary.opened + summary.resolved, ==, 0);
  ledger_fixture_expect(fixture, "SELECT count(*) FROM finding_fact", "2");
  summary = audit(fixture, "a");
  g_assert_cmpuint(summary.resolved, ==, 1);
  g_assert_cmpuint(summary.open, ==, 1);
  ledger_fixture_expect(fixture, SELECT_FINDINGS, "a|open / b|resolved");
  summary = audit(fixture, "ab");
  g_assert_cmpuint(summary.opened, ==, 1);
  ledger_fixture_expect(fixture, SELECT_FINDINGS, "a|open / b|open");
  ledger_fixture_expect(fixture, SELECT_FACTS, "1|-|detail / 1|3|detail / 4|-|detail");
}

static void
test_seen(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  for (const char *clock = "1"; clock; clock = strcmp(clock, "1") == 0 ? "60" : NULL) {
    g_setenv("VIRT_LEDGER_CLOCK", clock, TRUE);
    audit(fixture, "a");
  }
  g_setenv("VIRT_LEDGER_CLOCK", "120", TRUE);
  audit(fixture, "");
  g_unsetenv("VIRT_LEDGER_CLOCK");
  ledger_fixture_expect(fixture, "SELECT first_seen, last_seen FROM findings",
                        "1970-01-01T00:00:01Z|1970-01-01T00:01:00Z");
}

static void
test_change(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  struct finding changed = finding_of("a", 0);
  struct findings *findings;

  audit(fixture, "a");
  findings = begin(fixture);
  changed.detail = "more";
  tell(findings, changed);
  struct findings_summary summary = commit(findings);
  g_assert_cmpuint(summary.opened + summary.resolved, ==, 0);
  ledger_fixture_expect(fixture, SELECT_FACTS, "1|2|detail / 2|-|more");
}

/* The first row about a subject counts. */
static void
test_told_twice(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  struct findings *findings = begin(fixture);
  struct finding other = finding_of("a", 0);

  other.detail = "other";
  tell(findings, finding_of("a", 0));
  tell(findings, other);
  commit(findings);
  ledger_fixture_expect(fixture, SELECT_FACTS, "1|-|detail");
}

static void
test_not_committed(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autofree char *before = ledger_fixture_dump(fixture);
  struct findings *findings = begin(fixture);

  tell(findings, finding_of("a", 0));
  findings_free(findings);
  g_autofree char *after = ledger_fixture_dump(fixture);
  g_assert_cmpstr(before, ==, after);
}

static void
test_kept(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  GError *error = NULL;
  struct findings *findings;

  audit(fixture, "a");
  findings = begin(fixture);
  g_assert_true(findings_keep(findings, "machine-id.duplicate", &error));
  g_assert_cmpuint(commit(findings).resolved, ==, 0);
  ledger_fixture_expect(fixture, SELECT_FINDINGS, "a|open");
}

/* What a constraint refuses costs that row alone; the open finding stays as it was. */
static void
test_refused_rows(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  struct finding bad[] = {finding_of("a", 0), finding_of("a", 0), finding_of("a", 99)};

  bad[0].severity = "terrible";
  bad[1].evidence = "[1]";
  audit(fixture, "a");
  for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(GError) error = NULL;
    struct findings *findings = begin(fixture);

    g_assert_false(findings_add(findings, &bad[i], &error));
    g_assert_error(error, STORE_ERROR, STORE_ERROR_SQL);
    tell(findings, finding_of("a", 0));
    commit(findings);
  }
  ledger_fixture_expect(fixture, SELECT_FACTS, "1|-|detail");
}

#define ALPHA(domains, count) COLLECTION HYPERVISOR domains END(count, 0, 0)
#define BETA(status)                                                                               \
  COLLECTION_OF("qemu+ssh://beta/system") HYPERVISOR_OF("beta") END_OF(status, 0, 0, 0)

/* Nobody could have found it again while a hypervisor was not completely scanned. */
static void
test_incomplete_scans(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  struct findings *findings;

  ledger_fixture_fill(fixture, ALPHA(DOMAIN(UUID_1, "web"), 1));
  ledger_fixture_fill(fixture, BETA("complete"));
  findings = begin(fixture);
  tell(findings, finding_of("none", 0));
  tell(findings, finding_of("web", 1));
  commit(findings);

  ledger_fixture_fill(fixture, BETA("refused"));
  ledger_fixture_fill(fixture, COLLECTION HYPERVISOR END_OF("partial", 0, 0, 0));
  g_assert_cmpuint(audit(fixture, "").resolved, ==, 0);
  ledger_fixture_expect(fixture, SELECT_FINDINGS, "none|open / web|open");

  ledger_fixture_fill(fixture, ALPHA(DOMAIN(UUID_1, "web"), 1));
  g_assert_cmpuint(audit(fixture, "").resolved, ==, 1);
  ledger_fixture_expect(fixture, SELECT_FINDINGS, "none|open / web|resolved");

  ledger_fixture_fill(fixture, BETA("complete"));
  g_assert_cmpuint(audit(fixture, "").resolved, ==, 1);
  ledger_fixture_expect(fixture, SELECT_FINDINGS, "none|resolved / web|resolved");
}

/* Who never answered holds nothing up, be it a mistyped URI. */
static void
test_unreached(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ledger_fixture_fill(fixture, ALPHA("", 0));
  ledger_fixture_fill(fixture, COLLECTION_OF("qemuu:///system") END_OF("bad-uri", 0, 0, 0));
  audit(fixture, "a");
  g_assert_cmpuint(audit(fixture, "").resolved, ==, 1);
  ledger_fixture_expect(fixture, SELECT_FINDINGS, "a|resolved");
}

static void
test_domain_gone(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  struct findings *findings;

  ledger_fixture_fill(fixture, ALPHA(DOMAIN(UUID_1, "web"), 1));
  findings = begin(fixture);
  tell(findings, finding_of("web", 1));
  commit(findings);
  ledger_fixture_fill(fixture, ALPHA("", 0));
  ledger_fixture_fill(fixture, COLLECTION HYPERVISOR END_OF("refused", 0, 0, 0));
  g_assert_cmpuint(audit(fixture, "").resolved, ==, 1);
  ledger_fixture_expect(fixture, "SELECT domain, status FROM findings", "web|resolved");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/store/findings/life", test_life);
  g_test_add_func("/store/findings/seen", test_seen);
  g_test_add_func("/store/findings/change", test_change);
  g_test_add_func("/store/findings/told-twice", test_told_twice);
  g_test_add_func("/store/findings/not-committed", test_not_committed);
  g_test_add_func("/store/findings/kept", test_kept);
  g_test_add_func("/store/findings/refused-rows", test_refused_rows);
  g_test_add_func("/store/findings/incomplete-scans", test_incomplete_scans);
  g_test_add_func("/store/findings/unreached", test_unreached);
  g_test_add_func("/store/findings/domain-gone", test_domain_gone);
  return g_test_run();
}
