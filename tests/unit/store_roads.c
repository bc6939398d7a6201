/* SPDX-License-Identifier: Apache-2.0 */
/* Several roads into one guest, and the one that counts. */
#include "ledger_fixture.h"

#define ID(digit) "0000000000000000000000000000000" digit
#define BY(road, status, roots)                                                                    \
  "{\"kind\":\"guest\",\"domain\":\"" UUID_1 "\",\"road\":\"" road "\",\"status\":\"" status       \
  "\",\"roots\":[" roots "]}\n"
#define READ(road, root, id) BY(road, "ok", ROOT(root, MACHINE_ID(id)))
#define SCAN(count, guests)                                                                        \
  COLLECTION HYPERVISOR DOMAIN(UUID_1, "a") guests END_OF("complete", 1, 0, count)

#define SELECT_ROADS "SELECT road, effective FROM guests ORDER BY road"
#define SELECT_IDS   "SELECT machine_id FROM machine_ids"

static const struct {
  const char *name, *scans[4], *roads, *ids;
} cases[] = {
    {"agent-first",
     {SCAN(3,
           READ("disk", "vda1", ID("1")) READ("rootfs", "/", ID("2")) READ("agent", "/", ID("3")))},
     "agent|1 / disk|0 / rootfs|0",
     ID("3")},
    {"rootfs-before-disk",
     {SCAN(2, READ("disk", "vda1", ID("1")) READ("rootfs", "/", ID("2")))},
     "disk|0 / rootfs|1",
     ID("2")},
    {"one-that-succeeded",
     {SCAN(2, READ("disk", "vda1", ID("1")) BY("agent", "blocked", ""))},
     "agent|0 / disk|1",
     ID("1")},
    {"agent-failed-now",
     {SCAN(2, READ("disk", "vda1", ID("1")) READ("agent", "/", ID("3"))),
      SCAN(2, READ("disk", "vda1", ID("1")) BY("agent", "timeout", ""))},
     "agent|0 / disk|1",
     ID("1")},
    {"none-now-latest-before",
     {SCAN(2, READ("disk", "vda1", ID("1")) READ("agent", "/", ID("3"))),
      SCAN(2, READ("disk", "vda1", ID("1")) BY("agent", "timeout", "")),
      SCAN(2, BY("disk", "remote", "") BY("agent", "timeout", ""))},
     "agent|0 / disk|1",
     ID("1")},
    {"none-now-both-before",
     {SCAN(2, READ("disk", "vda1", ID("1")) READ("agent", "/", ID("3"))),
      SCAN(2, BY("disk", "remote", "") BY("agent", "timeout", ""))},
     "agent|1 / disk|0",
     ID("3")},
    {"never-read",
     {SCAN(2, BY("disk", "remote", "") BY("agent", "timeout", ""))},
     "agent|0 / disk|0",
     "-"},
    {"closed-does-not-count",
     {SCAN(1, READ("agent", "/", ID("3"))), SCAN(1, BY("disk", "remote", ""))},
     "disk|0",
     "-"},
    {"two-systems",
     {SCAN(1, BY("disk", "ok",
                 ROOT("vda1", MACHINE_ID(ID("1"))) "," ROOT("vda2", MACHINE_ID(ID("2")))))},
     "disk|1 / disk|1",
     ID("1") " / " ID("2")},
};

static void
test_case(gconstpointer data)
{
  const size_t number = GPOINTER_TO_SIZE(data);
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  for (size_t i = 0; i < G_N_ELEMENTS(cases[number].scans) && cases[number].scans[i]; i++)
    ledger_fixture_fill(fixture, cases[number].scans[i]);
  ledger_fixture_expect(fixture, SELECT_ROADS, cases[number].roads);
  ledger_fixture_expect(fixture, SELECT_IDS, cases[number].ids);
}

#define SELECT_SUBJECTS "SELECT subject FROM systems ORDER BY root"

/* Findings name a guest's one system alike whatever the road; several are told apart. */
static void
test_subjects(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ledger_fixture_fill(fixture, SCAN(1, READ("disk", "vda1", ID("1"))));
  ledger_fixture_expect(fixture, SELECT_SUBJECTS, "qemu://alpha/system/" UUID_1);
  ledger_fixture_fill(fixture, SCAN(1, READ("agent", "/", ID("1"))));
  ledger_fixture_expect(fixture, SELECT_SUBJECTS, "qemu://alpha/system/" UUID_1);
  ledger_fixture_fill(fixture, cases[G_N_ELEMENTS(cases) - 1].scans[0]);
  ledger_fixture_expect(fixture, SELECT_SUBJECTS,
                        "qemu://alpha/system/" UUID_1 "/vda1 / qemu://alpha/system/" UUID_1
                        "/vda2");
}

/* What an agent does not know of its system, the disk does if it holds but one. */
static void
test_disk_root(void)
{
#define SELECT_DISK               "SELECT root, image_path, disk_root_id IS NOT NULL FROM systems"
#define DISKS                     DOMAIN_WITH(UUID_1, "a", ",\"disks\":[" DISK("vda", "/a") "," DISK("vdb", "/b") "]")
#define WITH_DISKS(guests, count) COLLECTION HYPERVISOR DISKS guests END(1, 0, count)
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ledger_fixture_fill(fixture,
                      WITH_DISKS(READ("disk", "vdb2", ID("1")) READ("agent", "/", ID("1")), 2));
  ledger_fixture_expect(fixture, SELECT_DISK, "/|/b|1");
  ledger_fixture_fill(fixture, WITH_DISKS(READ("agent", "/", ID("1")), 1));
  ledger_fixture_expect(fixture, SELECT_DISK, "/|-|0");
  ledger_fixture_fill(fixture, WITH_DISKS(BY("disk", "ok", ROOT("vda1", "") "," ROOT("vdb1", ""))
                                              READ("agent", "/", ID("1")),
                                          2));
  ledger_fixture_expect(fixture, SELECT_DISK, "/|-|0");
}

/* An ID that only another road of a domain still shows is shared by nobody. */
static void
test_shared(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

#define OTHER               DOMAIN(UUID_2, "b") GUEST(UUID_2, ID("1"))
#define PAIR(guests, count) COLLECTION HYPERVISOR DOMAIN(UUID_1, "a") guests OTHER END(2, 0, count)
  ledger_fixture_fill(fixture, PAIR(READ("disk", "vda1", ID("1")), 2));
  ledger_fixture_expect(fixture, "SELECT * FROM shared_machine_ids", ID("1") "|2");
  ledger_fixture_fill(fixture, PAIR(READ("disk", "vda1", ID("1")) READ("agent", "/", ID("2")), 3));
  ledger_fixture_expect(fixture, "SELECT * FROM shared_machine_ids", "");
}

/* The facts of a domain that came with the second version of the stream. */
static void
test_new_facts(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ledger_fixture_fill(fixture, "{\"kind\":\"collection\",\"version\":2,\"tool\":\"t\",\"uri\":"
                               "\"lxc:///\",\"at\":1}\n" HYPERVISOR DOMAIN_WITH(
                                   UUID_1, "a",
                                   ",\"agent\":\"connected\",\"idmap\":\"uid 0 100000 65536\","
                                   "\"filesystems\":[{\"source\":\"/srv/a\",\"is_root\":true}]")
                                   END(1, 0, 0));
  ledger_fixture_expect(fixture, "SELECT agent FROM domains", "connected");
  ledger_fixture_expect(fixture, "SELECT idmap FROM domain_fact", "uid 0 100000 65536");
  ledger_fixture_expect(fixture, "SELECT source, is_root FROM filesystems", "/srv/a|1");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *path = g_strdup_printf("/store/roads/%s", cases[i].name);

    g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_case);
  }
  g_test_add_func("/store/roads/subjects", test_subjects);
  g_test_add_func("/store/roads/disk-root", test_disk_root);
  g_test_add_func("/store/roads/shared", test_shared);
  g_test_add_func("/store/roads/new-facts", test_new_facts);
  return g_test_run();
}
