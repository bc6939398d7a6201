/* SPDX-License-Identifier: Apache-2.0 */
/* Domains that a stream says are gone. */
#include "ledger_fixture.h"

#define ID_1  "0123456789abcdef0123456789abcdef"
#define BEGIN COLLECTION HYPERVISOR
#define TWO                                                                                        \
  BEGIN DOMAIN_WITH(UUID_1, "a", ",\"disks\":[" DISK("vda", "/a") "]") DOMAIN(UUID_2, "b")         \
      GUEST(UUID_1, ID_1) GUEST(UUID_2, ID_1) END(2, 0, 2)

#define SELECT_NAMES "SELECT name FROM domains ORDER BY name"

/* It goes with all that hangs on it, though the stream is partial; its history stays. */
static void
test_gone(void)
{
  static const char *const tables[] = {"domain_fact", "disk_fact", "guest_fact", "root_fact",
                                       "identity_fact"};
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ledger_fixture_fill(fixture, TWO);
  ledger_fixture_fill(fixture, BEGIN GONE(UUID_1) END_OF("partial", 0, 0, 0));
  ledger_fixture_expect(fixture, SELECT_NAMES, "b");
  ledger_fixture_expect(fixture, "SELECT domain FROM machine_ids", "b");
  ledger_fixture_expect(fixture, "SELECT domain FROM guests", "b");
  for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
    g_autofree char *sql =
        g_strdup_printf("SELECT count(*) FROM %s WHERE until_scan = 2", tables[i]);

    ledger_fixture_expect(fixture, sql, "1");
  }
}

/* As in a complete stream that does not name it. */
static void
test_same_as_absent(void)
{
  g_autoptr(LedgerFixture) gone = ledger_fixture_new();
  g_autoptr(LedgerFixture) absent = ledger_fixture_new();

  ledger_fixture_fill(gone, TWO);
  ledger_fixture_fill(gone, BEGIN GONE(UUID_1) END_OF("partial", 0, 0, 0));
  ledger_fixture_fill(absent, TWO);
  ledger_fixture_fill(absent,
                      BEGIN DOMAIN(UUID_2, "b") GUEST(UUID_2, ID_1) END_OF("complete", 1, 0, 1));
  g_autofree char *one = ledger_fixture_dump(gone);
  g_autofree char *other = ledger_fixture_dump(absent);
  g_assert_cmpstr(one, ==, other);
}

/* Nobody knows it, on this hypervisor; and it is said twice. */
static void
test_unknown(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ledger_fixture_fill(fixture, TWO);
  ledger_fixture_fill(fixture, COLLECTION_OF("v") HYPERVISOR_OF("beta") GONE(UUID_1) GONE(UUID_3)
                                   END_OF("partial", 0, 0, 0));
  ledger_fixture_expect(fixture, SELECT_NAMES, "a / b");
  ledger_fixture_fill(fixture, BEGIN GONE(UUID_1) GONE(UUID_1) END_OF("partial", 0, 0, 0));
  ledger_fixture_expect(fixture, SELECT_NAMES, "b");
}

/* It is there or gone, not both; and a guest is not named without its domain. */
static void
test_contradiction(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ledger_fixture_fill(fixture, TWO);
  ledger_fixture_refuse(fixture, BEGIN DOMAIN(UUID_1, "c") GONE(UUID_1), "the second fact");
  ledger_fixture_refuse(fixture, BEGIN GONE(UUID_1) DOMAIN(UUID_1, "c"), "the second fact");
  ledger_fixture_refuse(fixture, BEGIN GUEST(UUID_1, ID_1), "its domain does not come before it");
  ledger_fixture_expect(fixture, SELECT_NAMES, "a / b");
}

/* One that comes again is the same domain, and begins anew. */
static void
test_returns(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ledger_fixture_fill(fixture, TWO);
  ledger_fixture_fill(fixture, BEGIN GONE(UUID_1) END_OF("partial", 0, 0, 0));
  ledger_fixture_fill(fixture, TWO);
  ledger_fixture_expect(fixture, SELECT_NAMES, "a / b");
  ledger_fixture_expect(
      fixture, "SELECT since_scan, until_scan FROM domain_fact WHERE domain_id = 1", "1|2 / 3|-");
  ledger_fixture_expect(fixture, "SELECT machine_id FROM machine_ids", ID_1 " / " ID_1);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/store/gone/gone", test_gone);
  g_test_add_func("/store/gone/same-as-absent", test_same_as_absent);
  g_test_add_func("/store/gone/unknown", test_unknown);
  g_test_add_func("/store/gone/contradiction", test_contradiction);
  g_test_add_func("/store/gone/returns", test_returns);
  return g_test_run();
}
