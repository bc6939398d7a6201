/* SPDX-License-Identifier: Apache-2.0 */
/* Differences between two points, from the history of a small fleet. */
#include "store/diff.h"

#include "ledger_life.h"
#include "store/forget.h"
#include "store/sql.h"

/* "what change domain item field before after", NULL as "-", one row a line. */
static char *
rows_of(sqlite3 *db, const struct diff_range *range, const char *domains)
{
  static const int shown[] = {0, 1, 3, 5, 6, 7, 8};
  GError *error = NULL;
  g_autoptr(GString) text = g_string_new(NULL);

  diff_make(db, range, &error);
  g_assert_no_error(error);
  g_autoptr(Statement) rows = diff_rows(db, range, domains, &error);
  g_assert_no_error(error);
  while (sql_step(rows, &error) > 0) {
    for (size_t i = 0; i < G_N_ELEMENTS(shown); i++) {
      const char *value = (const char *)sqlite3_column_text(rows, shown[i]);

      g_string_append_printf(text, "%s%s", i ? " " : "", value ? value : "-");
    }
    g_string_append_c(text, '\n');
  }
  g_assert_no_error(error);
  return g_strdup(text->str);
}

static struct diff_range
range_of(struct ledger *ledger, gint64 from, gint64 to)
{
  return (struct diff_range){
      .from = ledger_life_point(ledger, from),
      .to = ledger_life_point(ledger, to),
  };
}

#define ID_1 "0123456789abcdef0123456789abcdef"
#define ID_2 "fedcba9876543210fedcba9876543210"

static const struct {
  gint64 from, to;
  bool all_fields;
  const char *domains, *expected;
} cases[] = {
    {1, 1, false, NULL, ""},
    {1, 2, false, NULL,
     "image added - /b - - ok\n"
     "disk added a vdb - - /b\n"
     "cloud-init added a disk:vda1 - - i-1\n"
     "seed-user removed a x xml:smbios-serial - - -\n"
     "seed-user added a y xml:smbios-serial - - -\n"
     "finding added a r - - high: d\n"
     "domain added b - - - ok\n"
     "finding added - r - - high: d\n"},
    {2, 3, false, NULL,
     "image removed - /a - ok -\n"
     "image changed - /b backing_image /a -\n"
     "identity changed b machine-id disk:vda1:/etc/machine-id value " ID_1 " " ID_2 "\n"
     "sshd changed b disk:vda1 enabled 0 1\n"
     "host-key changed b disk:vda1:/h fingerprint H1 H2\n"
     "cloud-init changed b disk:vda1 instance_id i-1 i-2\n"
     "domain changed renamed - name a renamed\n"
     "domain changed renamed - state - running\n"
     "disk changed renamed vda image_path /a /b\n"
     "disk removed renamed vdb - /b -\n"
     "guest changed renamed disk status ok running\n"
     "seed removed renamed xml:smbios-serial - ok -\n"
     "seed-user removed renamed u disk:volume vdc - - -\n"
     "seed-user added renamed w disk:volume vdc - - -\n"
     "seed-user removed renamed y xml:smbios-serial - - -\n"
     "seed-key removed renamed u disk:volume vdc K1 - - -\n"
     "seed-key added renamed w disk:volume vdc K1 - - -\n"
     "finding changed renamed r severity high low\n"
     "finding changed - r severity high low\n"},
    /* Only what is about a domain, or names it. */
    {2, 3, false, "[2]",
     "identity changed b machine-id disk:vda1:/etc/machine-id value " ID_1 " " ID_2 "\n"
     "sshd changed b disk:vda1 enabled 0 1\n"
     "host-key changed b disk:vda1:/h fingerprint H1 H2\n"
     "cloud-init changed b disk:vda1 instance_id i-1 i-2\n"},
    {3, 4, false, NULL,
     "hypervisor added - - - - qemu+ssh://beta/system\ndomain added c - - - ok\n"},
    {4, 5, false, NULL,
     "hypervisor added - - - - qemu+ssh://gamma/system\n"
     "finding removed renamed r - low: d -\n"
     "finding removed - r - low: d -\n"},
    /* An identity that was another in between is no difference; a domain that went takes all. */
    {2, 6, false, NULL,
     "hypervisor added - - - - qemu+ssh://gamma/system\n"
     "image removed - /a - ok -\n"
     "image removed - /b - ok -\n"
     "sshd removed b disk:vda1 - ok -\n"
     "host-key removed b disk:vda1:/h - H1 -\n"
     "account removed b root disk:vda1 - uid 0 -\n"
     "authorized-key removed b root disk:vda1:/home/root/keys K1 - effective -\n"
     "authorized-key removed b root disk:vda1:/k K3 - effective -\n"
     "key-source removed b disk:vda1:AuthorizedKeysCommand /K3 - unresolved-dynamic-source -\n"
     "cloud-init changed b disk:vda1 instance_id i-1 i-3\n"
     "seed removed b disk:volume vdc - i-1 -\n"
     "seed-user removed b v disk:volume vdc - - -\n"
     "seed-key removed b v disk:volume vdc K1 - - -\n"
     "domain removed renamed - - ok -\n"
     "finding removed renamed r - high: d -\n"
     "hypervisor added - - - - qemu+ssh://beta/system\n"
     "domain added c - - - ok\n"
     "finding removed - r - high: d -\n"},
};

static void
test_cases(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_life_new();
  g_autoptr(Ledger) ledger = ledger_life_open(fixture);

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    struct diff_range range = range_of(ledger, cases[i].from, cases[i].to);

    range.all_fields = cases[i].all_fields;
    g_autofree char *rows = rows_of(ledger_db(ledger), &range, cases[i].domains);
    g_assert_cmpstr(rows, ==, cases[i].expected);
  }
}

static void
test_count(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_life_new();
  g_autoptr(Ledger) ledger = ledger_life_open(fixture);
  const struct diff_range range = range_of(ledger, 2, 6);
  struct diff_summary summary;
  GError *error = NULL;

  diff_make(ledger_db(ledger), &range, &error);
  g_assert_no_error(error);
  diff_count(ledger_db(ledger), NULL, &summary, &error);
  g_assert_no_error(error);
  g_assert_cmpint(summary.rows, ==, 18);
  g_assert_cmpint(summary.domains_added, ==, 1);
  g_assert_cmpint(summary.domains_removed, ==, 1);
  g_assert_cmpint(summary.domains_changed, ==, 1);
  g_assert_cmpint(summary.findings_opened, ==, 0);
  g_assert_cmpint(summary.findings_resolved, ==, 2);
  g_assert_cmpint(summary.others, ==, 4);
}

#define BEGIN COLLECTION HYPERVISOR DOMAIN(UUID_1, "a")
#define LINK(link, modified_at)                                                                    \
  GUEST_WITH(UUID_1, "ok",                                                                         \
             ROOT("vda1", "{\"kind\":\"machine-id\",\"state\":\"valid\",\"path\":\"/etc/"          \
                          "machine-id\",\"link\":" link ",\"modified_at\":" modified_at "}"))

/* Bytes that are no text are compared as bytes; a file's time alone is told only when asked for. */
static void
test_values(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ledger_fixture_fill(fixture, BEGIN LINK("{\"base64\":\"/wA=\"}", "1") END(1, 0, 1));
  ledger_fixture_fill(fixture, BEGIN LINK("{\"base64\":\"/wA=\"}", "2") END(1, 0, 1));
  ledger_fixture_fill(fixture, BEGIN LINK("{\"base64\":\"/wE=\"}", "2") END(1, 0, 1));
  g_autoptr(Ledger) ledger = ledger_life_open(fixture);
  struct diff_range range = range_of(ledger, 1, 2);
  g_autofree char *quiet = rows_of(ledger_db(ledger), &range, NULL);
  g_assert_cmpstr(quiet, ==, "");
  range.all_fields = true;
  g_autofree char *all = rows_of(ledger_db(ledger), &range, NULL);
  g_assert_cmpstr(all, ==,
                  "identity changed a machine-id disk:vda1:/etc/machine-id modified_at 1 2\n");

  range = range_of(ledger, 2, 3);
  g_autofree char *bytes = rows_of(ledger_db(ledger), &range, NULL);
  g_assert_true(
      g_str_has_prefix(bytes, "identity changed a machine-id disk:vda1:/etc/machine-id link \xff"));
}

/* What a hypervisor answered last, when it had been asked before. */
static void
test_status(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ledger_fixture_fill(fixture, BEGIN END(1, 0, 0));
  ledger_fixture_fill(fixture, COLLECTION END_OF("refused", 0, 0, 0));
  ledger_fixture_fill(fixture, BEGIN END(1, 0, 0));
  g_autoptr(Ledger) ledger = ledger_life_open(fixture);
  struct diff_range range = range_of(ledger, 1, 2);
  g_autofree char *refused = rows_of(ledger_db(ledger), &range, NULL);
  g_assert_cmpstr(refused, ==, "hypervisor changed - - last_status complete refused\n");
  range = range_of(ledger, 1, 3);
  g_autofree char *again = rows_of(ledger_db(ledger), &range, NULL);
  g_assert_cmpstr(again, ==, "");
}

/* One that is gone today is still called by its name. */
static void
test_gone_hypervisor(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  GError *error = NULL;

  ledger_fixture_fill(fixture, BEGIN END(1, 0, 0));
  forget_hypervisor(fixture->ledger, 1, "test", &error);
  g_assert_no_error(error);
  g_autoptr(Ledger) ledger = ledger_life_open(fixture);
  const struct diff_range range = range_of(ledger, 1, 2);
  diff_make(ledger_db(ledger), &range, &error);
  g_assert_no_error(error);
  g_autoptr(Statement) rows = diff_rows(ledger_db(ledger), &range, NULL, &error);
  g_assert_no_error(error);
  for (int i = 0; i < 3; i++) {
    g_assert_cmpint(sql_step(rows, &error), ==, 1);
    g_assert_cmpstr((const char *)sqlite3_column_text(rows, 2), ==, "qemu://alpha/system");
  }
  g_assert_cmpint(sql_step(rows, &error), ==, 0);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/store/diff/cases", test_cases);
  g_test_add_func("/store/diff/count", test_count);
  g_test_add_func("/store/diff/values", test_values);
  g_test_add_func("/store/diff/status", test_status);
  g_test_add_func("/store/diff/gone-hypervisor", test_gone_hypervisor);
  return g_test_run();
}
