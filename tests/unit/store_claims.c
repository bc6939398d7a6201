/* SPDX-License-Identifier: Apache-2.0 */
/* Which hypervisor answers under which name of the configuration. */
#include "ledger_fixture.h"

#define SELECT_NAMES                                                                               \
  "SELECT name, uri, configured_as, labels, last_status FROM hypervisors ORDER BY hypervisor_id"

static const char *const both[] = {"one", "two", NULL};

#define ASKED(name)                                                                                \
  {                                                                                                \
    .configured_as = name, .uri = "qemu+ssh://" name "/system", .configured = both                 \
  }

static const struct ingest_options one = ASKED("one"), two = ASKED("two");

#define FAILED COLLECTION END_OF("refused", 0, 0, 0)

/* What they answer to is the same: who was asked tells them apart. */
static void
test_apart(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  fixture->options = &one;
  ledger_fixture_fill(fixture, COLLECTION HYPERVISOR_OF("alpha") DOMAIN(UUID_1, "a") END(1, 0, 0));
  fixture->options = &two;
  ledger_fixture_fill(fixture, FAILED);
  ledger_fixture_expect(fixture, SELECT_NAMES,
                        "qemu://alpha/system|qemu+ssh://one/system|one|-|complete / "
                        "qemu+ssh://two/system|qemu+ssh://two/system|two|-|refused");
  ledger_fixture_fill(fixture, COLLECTION HYPERVISOR_OF("beta") END(0, 0, 0));
  fixture->options = &one;
  ledger_fixture_fill(fixture, FAILED);
  ledger_fixture_expect(fixture, SELECT_NAMES,
                        "qemu://alpha/system|qemu+ssh://one/system|one|-|refused / "
                        "qemu://beta/system|qemu+ssh://two/system|two|-|complete");
  ledger_fixture_expect(fixture, "SELECT uri FROM scans WHERE scan_id = 4",
                        "qemu+ssh://one/system");
  ledger_fixture_expect(fixture, "SELECT name FROM domains", "a");
}

/* A host that says it is another costs itself only. */
static void
test_liar(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  fixture->options = &one;
  ledger_fixture_fill(fixture, COLLECTION HYPERVISOR DOMAIN(UUID_1, "a") END(1, 0, 0));
  fixture->options = &two;
  ledger_fixture_refuse(fixture, COLLECTION HYPERVISOR END(0, 0, 0),
                        "line 2: it is the hypervisor that already answers as [hypervisor one]");
  ledger_fixture_expect(fixture, SELECT_NAMES,
                        "qemu://alpha/system|qemu+ssh://one/system|one|-|complete / "
                        "qemu+ssh://two/system|qemu+ssh://two/system|two|-|stream-refused");
  ledger_fixture_expect(fixture, "SELECT name FROM domains", "a");
}

/* The section was renamed. */
static void
test_renamed(void)
{
  static const char *const now[] = {"two", NULL};
  const struct ingest_options renamed = {.configured_as = "two", .configured = now};
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  fixture->options = &one;
  ledger_fixture_fill(fixture, COLLECTION HYPERVISOR END(0, 0, 0));
  fixture->options = &renamed;
  ledger_fixture_fill(fixture, COLLECTION HYPERVISOR END(0, 0, 0));
  ledger_fixture_expect(fixture, SELECT_NAMES, "qemu://alpha/system|qemu:///system|two|-|complete");
}

/* The host was installed anew: another hypervisor answers as the name. */
static void
test_reinstalled(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  fixture->options = &one;
  ledger_fixture_fill(fixture, COLLECTION HYPERVISOR_OF("alpha") END(0, 0, 0));
  ledger_fixture_fill(fixture, COLLECTION HYPERVISOR_OF("beta") END(0, 0, 0));
  ledger_fixture_fill(fixture, FAILED);
  ledger_fixture_expect(fixture, SELECT_NAMES,
                        "qemu://alpha/system|qemu+ssh://one/system|-|-|complete / "
                        "qemu://beta/system|qemu+ssh://one/system|one|-|refused");
}

/* Scanned by hand before it was configured, and failing then: one row becomes the other. */
static void
test_by_hand_first(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ledger_fixture_fill(fixture, COLLECTION_OF("qemu+ssh://one/system") END_OF("refused", 0, 0, 0));
  fixture->options = &one;
  ledger_fixture_fill(fixture, FAILED);
  ledger_fixture_expect(fixture, SELECT_NAMES,
                        "qemu+ssh://one/system|qemu+ssh://one/system|one|-|refused");
  ledger_fixture_fill(fixture, COLLECTION HYPERVISOR END(0, 0, 0));
  ledger_fixture_expect(fixture, SELECT_NAMES,
                        "qemu://alpha/system|qemu+ssh://one/system|one|-|complete");
}

/* What a name stands for is not taken for whoever answers to the same URI by hand. */
static void
test_by_hand_later(void)
{
  const struct ingest_options local = {.configured_as = "one", .configured = both};
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  fixture->options = &local;
  ledger_fixture_fill(fixture, FAILED);
  fixture->options = NULL;
  ledger_fixture_fill(fixture, COLLECTION HYPERVISOR END(0, 0, 0));
  ledger_fixture_expect(fixture, SELECT_NAMES,
                        "qemu:///system|qemu:///system|one|-|refused / "
                        "qemu://alpha/system|qemu:///system|-|-|complete");
}

/* Labels follow the section, and a scan by hand does not touch them. */
static void
test_labels(void)
{
  struct ingest_options labelled = ASKED("one");
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

#define SELECT_LABELS "SELECT labels FROM hypervisor_fact ORDER BY since_scan"
  labelled.labels = "rack-1, test";
  fixture->options = &labelled;
  ledger_fixture_fill(fixture, COLLECTION HYPERVISOR END(0, 0, 0));
  ledger_fixture_fill(fixture, COLLECTION HYPERVISOR END(0, 0, 0));
  ledger_fixture_expect(fixture, SELECT_LABELS, "rack-1, test");
  fixture->options = NULL;
  ledger_fixture_fill(fixture, COLLECTION HYPERVISOR END(0, 0, 0));
  ledger_fixture_expect(fixture, SELECT_LABELS, "rack-1, test / rack-1, test");
  fixture->options = &one;
  ledger_fixture_fill(fixture, COLLECTION HYPERVISOR END(0, 0, 0));
  ledger_fixture_expect(fixture, SELECT_LABELS, "rack-1, test / rack-1, test / -");
}

/* A second stream is refused, the first stays. */
static void
test_one_stream(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  fixture->options = &one;
  ledger_fixture_refuse(fixture,
                        COLLECTION HYPERVISOR DOMAIN(UUID_1, "a") END(1, 0, 0)
                            COLLECTION HYPERVISOR_OF("beta") END(0, 0, 0),
                        "line 5: a configured hypervisor has one stream");
  ledger_fixture_refuse(fixture,
                        COLLECTION HYPERVISOR DOMAIN(UUID_2, "b") COLLECTION HYPERVISOR_OF("beta"),
                        "line 4: a configured hypervisor has one stream");
  ledger_fixture_expect(fixture, "SELECT name FROM domains ORDER BY name", "a / b");
  ledger_fixture_expect(fixture, SELECT_NAMES,
                        "qemu://alpha/system|qemu+ssh://one/system|one|-|stream-refused");
}

/* Seconds are of the collector, and none where there is no end. */
static void
test_seconds(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ledger_fixture_fill(fixture, COLLECTION HYPERVISOR
                      "{\"kind\":\"end\",\"status\":\"complete\",\"domains\":0,\"images\":0,"
                      "\"guests\":0,\"duration_ms\":1500}\n");
  ledger_fixture_expect(fixture, "SELECT last_seconds, last_complete_at FROM hypervisors",
                        "1.5|1970-01-01T00:16:40Z");
  ledger_fixture_fill(fixture, COLLECTION HYPERVISOR);
  ledger_fixture_expect(fixture, "SELECT seconds FROM scans ORDER BY scan_id", "1.5 / -");
  ledger_fixture_expect(fixture, "SELECT last_seconds, last_complete_at FROM hypervisors",
                        "-|1970-01-01T00:16:40Z");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/store/claims/apart", test_apart);
  g_test_add_func("/store/claims/liar", test_liar);
  g_test_add_func("/store/claims/renamed", test_renamed);
  g_test_add_func("/store/claims/reinstalled", test_reinstalled);
  g_test_add_func("/store/claims/by-hand-first", test_by_hand_first);
  g_test_add_func("/store/claims/by-hand-later", test_by_hand_later);
  g_test_add_func("/store/claims/labels", test_labels);
  g_test_add_func("/store/claims/one-stream", test_one_stream);
  g_test_add_func("/store/claims/seconds", test_seconds);
  return g_test_run();
}
