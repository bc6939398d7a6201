/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The past, as it was: what every view said after each scan is what it says as of that scan, for as
 * long as the ledger goes on.
 */
#include "store/as_of.h"

#include "ledger_life.h"
#include "store/guard.h"

#define BEGIN LEDGER_LIFE_BEGIN
#define DAY   LEDGER_LIFE_DAY

static void
test_every_view(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autoptr(GPtrArray) then = g_ptr_array_new_with_free_func(g_free);

  for (size_t number = 1; number <= ledger_life_scans; number++) {
    ledger_life_step(fixture, number);
    g_ptr_array_add(then, ledger_life_dump(fixture->ledger, LEDGER_LIFE_ALL));
  }
  g_autoptr(Ledger) ledger = ledger_life_open(fixture);
  for (guint i = 0; i < then->len; i++) {
    ledger_life_go(ledger, i + 1);
    g_autofree char *now = ledger_life_dump(ledger, LEDGER_LIFE_ALL);

    g_assert_cmpstr(now, ==, then->pdata[i]);
  }
}

/* What a row says of today alone is not asked: one of the two is gone by now. */
static void
test_twins(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  struct ledger_fixture look = {0};

  ledger_fixture_fill(fixture, COLLECTION HYPERVISOR DOMAIN(UUID_1, "a") END(1, 0, 0));
  ledger_fixture_fill(fixture, COLLECTION_OF("qemu+ssh://beta/system") HYPERVISOR_OF("beta")
                                   DOMAIN(UUID_1, "a") END(1, 0, 0));
  ledger_fixture_fill(fixture, COLLECTION HYPERVISOR END(0, 0, 0));
  g_autoptr(Ledger) ledger = ledger_life_open(fixture);
  look.ledger = ledger;
  ledger_fixture_expect(&look, "SELECT * FROM twins", "");
  ledger_life_go(ledger, 2);
  ledger_fixture_expect(&look, "SELECT domain_id, twin_id FROM twins ORDER BY 1", "1|2 / 2|1");
}

static void
fill(struct ledger_fixture *fixture)
{
  for (size_t number = 1; number <= 3; number++)
    ledger_life_step(fixture, number);
}

static void
test_moments(void)
{
  static const struct {
    struct moment moment;
    gint64 scan_id, audit_id;
    const char *error;
  } cases[] = {
      {{.scan_id = 1}, 1, 1, NULL},
      {{.scan_id = 3}, 3, 3, NULL},
      {{.scan_id = 4}, 0, 0, "there is no scan 4; the newest is 3"},
      {{.time = BEGIN}, 1, 1, NULL},
      {{.time = BEGIN + DAY - 1}, 1, 1, NULL},
      {{.time = BEGIN + DAY}, 2, 2, NULL},
      {{.time = BEGIN + 2 * DAY}, 3, 3, NULL},
      {{.time = BEGIN + 2 * DAY + 1}, 0, 0, "1970-01-14T13:46:41Z is in the future"},
      {{.time = BEGIN - 1},
       0,
       0,
       "1970-01-12T13:46:39Z is before the first scan, which is of 1970-01-12T13:46:40Z"},
  };
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  struct history_point point;

  fill(fixture);
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    bool found = history_find(ledger_db(fixture->ledger), &cases[i].moment, &point, &error);

    g_assert_cmpstr(error ? error->message : NULL, ==, cases[i].error);
    g_assert_cmpint(found, ==, !cases[i].error);
    if (found) {
      g_assert_cmpint(point.scan_id, ==, cases[i].scan_id);
      g_assert_cmpint(point.audit_id, ==, cases[i].audit_id);
    }
  }
}

static void
expect_last_run(struct ledger_fixture *fixture, gint64 scan_id, gint64 audit_id)
{
  struct history_point point;
  GError *error = NULL;

  history_before_last_run(ledger_db(fixture->ledger), &point, &error);
  g_assert_no_error(error);
  g_assert_cmpint(point.scan_id, ==, scan_id);
  g_assert_cmpint(point.audit_id, ==, audit_id);
}

static void
test_last_run(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autoptr(GError) error = NULL;
  struct history_point point;
  sqlite3 *db = ledger_db(fixture->ledger);

  g_assert_false(history_before_last_run(db, &point, &error));
  g_clear_error(&error);
  g_assert_false(history_now(db, &point, &error));
  g_assert_cmpstr(error->message, ==, "the ledger has no scan yet");
  g_clear_error(&error);
  ledger_life_scan(fixture, 1);
  g_assert_false(history_before_last_run(db, &point, &error));
  g_assert_cmpstr(error->message, ==, "there was no run before the last one to compare it with");

  /* Without audits, a scan is a run; with them, a run may have several; a second audit is none. */
  ledger_life_scan(fixture, 2);
  expect_last_run(fixture, 1, 0);
  ledger_life_audit(fixture);
  expect_last_run(fixture, 1, 0);
  ledger_life_scan(fixture, 3);
  expect_last_run(fixture, 2, 1);
  ledger_life_scan(fixture, 4);
  expect_last_run(fixture, 2, 1);
  ledger_life_audit(fixture);
  ledger_life_audit(fixture);
  expect_last_run(fixture, 2, 1);
}

/* What was asked for is the past, and neither the ledger nor the guard has become any weaker. */
static void
test_read_only(void)
{
  static const char *const refused[] = {
      "DELETE FROM main.domain",           "CREATE TABLE main.x (a)", "CREATE TEMP TABLE x (a)",
      "UPDATE temp.as_of SET scan_id = 1", "DROP VIEW temp.domains",
  };
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  sqlite3_stmt *statement = NULL;

  fill(fixture);
  g_autoptr(Ledger) ledger = ledger_life_open(fixture);
  ledger_life_go(ledger, 1);
  for (size_t i = 0; i < G_N_ELEMENTS(refused); i++)
    g_assert_cmpint(sqlite3_exec(ledger_db(ledger), refused[i], NULL, NULL, NULL) & 0xff, ==,
                    SQLITE_READONLY);
  guard_compile_begin(ledger_db(ledger));
  for (size_t i = 0; i < G_N_ELEMENTS(refused); i++)
    g_assert_cmpint(sqlite3_prepare_v2(ledger_db(ledger), refused[i], -1, &statement, NULL), ==,
                    SQLITE_AUTH);
  struct ledger_fixture look = {.ledger = ledger};
  ledger_fixture_expect(&look, "SELECT name FROM domains", "a");
  ledger_fixture_expect(&look, "SELECT name FROM main.domains ORDER BY name", "b / renamed");
  guard_compile_end(ledger_db(ledger));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/store/as-of/every-view", test_every_view);
  g_test_add_func("/store/as-of/twins", test_twins);
  g_test_add_func("/store/as-of/read-only", test_read_only);
  g_test_add_func("/store/history/moments", test_moments);
  g_test_add_func("/store/history/last-run", test_last_run);
  return g_test_run();
}
