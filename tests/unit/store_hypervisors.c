/* SPDX-License-Identifier: Apache-2.0 */
/* Which hypervisor a stream is of. */
#include "ledger_fixture.h"

static const char SELECT_HYPERVISORS[] =
    "SELECT hypervisor_id, name, uri, last_status FROM hypervisors ORDER BY 1";

static gint64
ingest(struct ledger_fixture *fixture, const char *text)
{
  g_autoptr(IngestResult) result = ledger_fixture_ingest(fixture, text);

  return result->hypervisor_id;
}

/* Two URIs of one hypervisor are one row. */
static void
test_two_uris(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ingest(fixture, COLLECTION_OF("qemu:///system") HYPERVISOR END(0, 0, 0));
  ingest(fixture, COLLECTION_OF("qemu+ssh://alpha/system") HYPERVISOR END(0, 0, 0));
  ledger_fixture_expect(fixture, SELECT_HYPERVISORS,
                        "1|qemu://alpha/system|qemu+ssh://alpha/system|complete");
}

/* Whatever differs in the key makes another. */
static void
test_keys(void)
{
#define NAMED(driver, uuid, host, scope)                                                           \
  COLLECTION_OF("u")                                                                               \
  "{\"kind\":\"hypervisor\",\"driver\":\"" driver "\",\"hostname\":\"" host                        \
  "\",\"scope\":\"" scope "\"" uuid "}\n" END(0, 0, 0)
  static const char *const streams[] = {
      NAMED("QEMU", "", "alpha", "system"),
      NAMED("LXC", "", "alpha", "system"),
      NAMED("QEMU", ",\"host_uuid\":\"" UUID_1 "\"", "alpha", "system"),
      NAMED("QEMU", "", "beta", "system"),
      NAMED("QEMU", "", "alpha", "session root"),
  };
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  for (size_t i = 0; i < G_N_ELEMENTS(streams); i++)
    g_assert_cmpint(ingest(fixture, streams[i]), ==, (gint64)i + 1);
  for (size_t i = 0; i < G_N_ELEMENTS(streams); i++)
    g_assert_cmpint(ingest(fixture, streams[i]), ==, (gint64)i + 1);
}

#define FAILED(uri, status)                                                                        \
  COLLECTION_OF(uri)                                                                               \
  "{\"kind\":\"end\",\"status\":\"" status                                                         \
  "\",\"detail\":\"why\",\"domains\":0,\"images\":0,\"guests\":0}\n"

/* A URI that does not answer has one row, which becomes the hypervisor's once it does. */
static void
test_unreached(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ingest(fixture, FAILED("xen+ssh://h/system", "driver-unavailable"));
  ingest(fixture, FAILED("xen+ssh://h/system", "refused"));
  ingest(fixture, FAILED("nonsense", "bad-uri"));
  ledger_fixture_expect(fixture, SELECT_HYPERVISORS,
                        "1|xen+ssh://h/system|xen+ssh://h/system|refused / "
                        "2|nonsense|nonsense|bad-uri");
  ledger_fixture_expect(fixture, "SELECT driver FROM hypervisor ORDER BY 1", "nonsense / xen");
  ledger_fixture_expect(fixture, "SELECT last_error FROM hypervisors", "why / why");
  g_assert_cmpint(
      ingest(fixture, COLLECTION_OF("xen+ssh://h/system") HYPERVISOR_OF("h") END(0, 0, 0)), ==, 1);
  ledger_fixture_expect(fixture, SELECT_HYPERVISORS,
                        "1|qemu://h/system|xen+ssh://h/system|complete / "
                        "2|nonsense|nonsense|bad-uri");
}

/* A URI turns out to lead to a hypervisor that is known by another: the row of the URI ends. */
static void
test_unreached_was_known(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ingest(fixture, COLLECTION HYPERVISOR END(0, 0, 0));
  ingest(fixture, FAILED("qemu+ssh://alpha/system", "refused"));
  ingest(fixture, COLLECTION_OF("qemu+ssh://alpha/system") HYPERVISOR END(0, 0, 0));
  ledger_fixture_expect(fixture, SELECT_HYPERVISORS,
                        "1|qemu://alpha/system|qemu+ssh://alpha/system|complete");
  ingest(fixture, COLLECTION HYPERVISOR END(0, 0, 0));
  g_assert_cmpint(ingest(fixture, FAILED("qemu+ssh://alpha/system", "refused")), ==, 2);
}

/* It fails after it was known: its row says so, and its domains stay. */
static void
test_fails_later(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ingest(fixture, COLLECTION HYPERVISOR DOMAIN(UUID_1, "a") END(1, 0, 0));
  g_assert_cmpint(ingest(fixture, FAILED("qemu:///system", "refused")), ==, 1);
  ledger_fixture_expect(fixture, SELECT_HYPERVISORS,
                        "1|qemu://alpha/system|qemu:///system|refused");
  ledger_fixture_expect(fixture, "SELECT name, hypervisor FROM domains", "a|qemu://alpha/system");
}

/* A URI that two hosts answer to says of neither that it failed. */
static void
test_fails_for_several(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ingest(fixture, COLLECTION HYPERVISOR_OF("alpha") END(0, 0, 0));
  ingest(fixture, COLLECTION HYPERVISOR_OF("beta") END(0, 0, 0));
  g_assert_cmpint(ingest(fixture, FAILED("qemu:///system", "refused")), ==, 3);
  g_assert_cmpint(ingest(fixture, FAILED("qemu:///system", "refused")), ==, 3);
  ledger_fixture_expect(fixture, SELECT_HYPERVISORS,
                        "1|qemu://alpha/system|qemu:///system|complete / "
                        "2|qemu://beta/system|qemu:///system|complete / "
                        "3|qemu:///system|qemu:///system|refused");
  ingest(fixture, COLLECTION HYPERVISOR_OF("alpha") END(0, 0, 0));
  ledger_fixture_expect(fixture, "SELECT hypervisor_id FROM hypervisors ORDER BY 1", "1 / 2");
}

#define TWIN(uuid)                                                                                 \
  COLLECTION                                                                                       \
  "{\"kind\":\"hypervisor\",\"driver\":\"QEMU\",\"hostname\":\"alpha\",\"scope\":\"system\","      \
  "\"host_uuid\":\"" uuid "\"}\n" DOMAIN_WITH(UUID_1, "a", ",\"disks\":[" DISK("vda", "/a") "]")   \
      IMAGE("/a") END(1, 1, 0)

/* Hosts of one name have two names, even where their UUIDs begin alike. */
static void
test_twins(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ingest(fixture, TWIN("4c4c4544-0000-4000-8000-000000000001"));
  ledger_fixture_expect(fixture, "SELECT name FROM hypervisors", "qemu://alpha/system");
  ingest(fixture, TWIN("4c4c4544-0000-4000-8000-000000000002"));
  ledger_fixture_expect(fixture, "SELECT name FROM hypervisors ORDER BY 1",
                        "qemu://alpha/system#4c4c4544-0000-4000-8000-000000000001 / "
                        "qemu://alpha/system#4c4c4544-0000-4000-8000-000000000002");
  ledger_fixture_expect(fixture, "SELECT count(DISTINCT hypervisor) FROM domains", "2");
  ledger_fixture_expect(fixture, "SELECT count(DISTINCT subject) FROM used_images", "2");
}

/* It is cut before it could say who it is. */
static void
test_cut_early(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ingest(fixture, COLLECTION);
  ledger_fixture_expect(fixture, SELECT_HYPERVISORS, "1|qemu:///system|qemu:///system|partial");
}

static void
test_facts_change(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ingest(fixture, COLLECTION HYPERVISOR END(0, 0, 0));
  ingest(fixture, COLLECTION
         "{\"kind\":\"hypervisor\",\"driver\":\"QEMU\",\"hostname\":\"alpha\",\"scope\":\"system\","
         "\"libvirt_version\":\"9.0.0\",\"local\":true}\n" END(0, 0, 0));
  ledger_fixture_expect(
      fixture,
      "SELECT libvirt_version, local, since_scan, until_scan FROM hypervisor_fact ORDER BY 3",
      "-|-|1|2 / 9.0.0|1|2|-");
}

static void
test_notes(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ingest(fixture, COLLECTION
         "{\"kind\":\"note\",\"subject\":\"web\",\"text\":\"vanished\"}\n" HYPERVISOR END(0, 0, 0));
  ledger_fixture_expect(fixture, "SELECT scan_id, subject, text FROM note", "1|web|vanished");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/store/hypervisors/two-uris", test_two_uris);
  g_test_add_func("/store/hypervisors/keys", test_keys);
  g_test_add_func("/store/hypervisors/unreached", test_unreached);
  g_test_add_func("/store/hypervisors/unreached-was-known", test_unreached_was_known);
  g_test_add_func("/store/hypervisors/fails-later", test_fails_later);
  g_test_add_func("/store/hypervisors/fails-for-several", test_fails_for_several);
  g_test_add_func("/store/hypervisors/twins", test_twins);
  g_test_add_func("/store/hypervisors/cut-early", test_cut_early);
  g_test_add_func("/store/hypervisors/facts-change", test_facts_change);
  g_test_add_func("/store/hypervisors/notes", test_notes);
  return g_test_run();
}
