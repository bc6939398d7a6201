/* SPDX-License-Identifier: Apache-2.0 */
/* What a second scan writes: nothing, or the rows that ended and began. */
#include "ledger_fixture.h"

#include <string.h>

#define BEGIN COLLECTION HYPERVISOR

/* A domain with all that may hang on it. */
#define EVERYTHING                                                                                 \
  BEGIN DOMAIN_WITH(                                                                               \
      UUID_1, "a",                                                                                 \
      ",\"vcpus\":2,\"disks\":[" DISK("vda", "/a") "," DISK(                                       \
          "vdb",                                                                                   \
          "/b") "],\"interfaces\":[{\"mac\":\"52:54:00:00:00:01\"},{\"mac\":\"52:54:00:00:00:"     \
                "02\"}],"                                                                          \
                "\"filesystems\":[{\"source\":\"/srv\",\"target\":\"/\"}],\"xml\":\"<domain/>\"")  \
      DOMAIN(UUID_2, "b") IMAGE("/a") IMAGE_WITH("/b", ",\"backing_path\":{\"base64\":\"/w==\"}")  \
          GUEST(UUID_1, "0123456789abcdef0123456789abcdef") GUEST_WITH(UUID_2, "running", "")      \
              END(2, 2, 2)

static void
test_idempotent(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autoptr(IngestResult) first = ledger_fixture_ingest(fixture, EVERYTHING);
  g_autofree char *before = ledger_fixture_dump(fixture);
  g_autoptr(IngestResult) second = ledger_fixture_ingest(fixture, EVERYTHING);
  g_autofree char *after = ledger_fixture_dump(fixture);

  g_assert_cmpstr(before, ==, after);
  g_assert_cmpuint(first->opened, ==, 15);
  g_assert_cmpuint(second->opened, ==, 0);
  g_assert_cmpuint(second->closed, ==, 0);
  g_assert_cmpuint(second->guests, ==, 2);
  g_assert_cmpuint(first->unread, ==, 1);
  g_assert_cmpuint(second->unread, ==, 1);
  ledger_fixture_expect(fixture, "SELECT count(*) FROM scan", "2");
}

static void
fill_at(struct ledger_fixture *fixture, const char *at, const char *status, const char *guest)
{
  g_autofree char *text = g_strdup_printf(
      "{\"kind\":\"collection\",\"version\":1,\"tool\":\"test\",\"uri\":\"qemu:///system\","
      "\"at\":%s}\n" HYPERVISOR DOMAIN(
          UUID_1,
          "a") "%s"
               "{\"kind\":\"end\",\"status\":\"%s\",\"domains\":1,\"images\":0,\"guests\":1}\n",
      at, guest, status);

  ledger_fixture_fill(fixture, text);
}

#define READ_AT "SELECT status, substr(read_at, 15, 2) FROM guests"

/* The time of the last scan that did read it, not of one that did not, or could not tell. */
static void
test_read_at(void)
{
  static const char read[] = GUEST(UUID_1, "0123456789abcdef0123456789abcdef");
  static const char running[] = GUEST_WITH(UUID_1, "running", "");
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  fill_at(fixture, "0", "complete", running);
  ledger_fixture_expect(fixture, READ_AT, "running|-");
  fill_at(fixture, "60", "complete", read);
  fill_at(fixture, "120", "complete", read);
  fill_at(fixture, "180", "partial", read);
  ledger_fixture_expect(fixture, READ_AT, "ok|02");
  fill_at(fixture, "240", "complete", running);
  fill_at(fixture, "300", "complete", running);
  ledger_fixture_expect(fixture, READ_AT, "running|02");
  fill_at(fixture, "360", "partial", read);
  fill_at(fixture, "420", "partial", running);
  ledger_fixture_expect(fixture, READ_AT, "running|06");
}

/* The same facts in other bytes: a new digest, but no fact begins or ends. */
static void
test_other_bytes(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  ledger_fixture_fill(fixture, BEGIN DOMAIN_WITH(UUID_1, "a", ",\"vcpus\":2") END(1, 0, 0));
  g_autoptr(IngestResult) second =
      ledger_fixture_ingest(fixture, BEGIN DOMAIN_WITH(UUID_1, "a", ", \"vcpus\":2") END(1, 0, 0));

  g_assert_cmpuint(second->opened + second->closed, ==, 0);
  ledger_fixture_expect(fixture, "SELECT count(*) FROM domain_fact", "1");
}

struct change {
  const char *name;
  const char *before, *after; /* lines between the hypervisor and the end */
  const char *sql, *expected;
};

#define DISKS(list) DOMAIN_WITH(UUID_1, "a", ",\"disks\":[" list "]")
#define NICS(list)  DOMAIN_WITH(UUID_1, "a", ",\"interfaces\":[" list "]")
#define NIC(mac)    "{\"mac\":\"" mac "\"}"
#define ID_1        "0123456789abcdef0123456789abcdef"
#define ID_2        "fedcba9876543210fedcba9876543210"
#define WITH_DOMAIN DOMAIN(UUID_1, "a")

static const char SELECT_DOMAIN[] =
    "SELECT name, since_scan, until_scan FROM domain_fact ORDER BY 2, 1";
static const char SELECT_DISK[] =
    "SELECT target, image_path, since_scan, until_scan FROM disk_fact ORDER BY 1, 3";
static const char SELECT_NIC[] =
    "SELECT position, mac, since_scan, until_scan FROM interface_fact ORDER BY 1, 3";
static const char SELECT_XML[] = "SELECT xml, since_scan, until_scan FROM domain_xml ORDER BY 2";
static const char SELECT_IMAGE[] =
    "SELECT format, typeof(backing_path), since_scan, until_scan FROM image_fact ORDER BY 3";
static const char SELECT_GUEST[] =
    "SELECT status, since_scan, until_scan FROM guest_fact ORDER BY 2";
static const char SELECT_ROOT[] = "SELECT r.root, f.since_scan, f.until_scan FROM root_fact AS f "
                                  "JOIN root AS r USING (root_id) ORDER BY 1, 2";
static const char SELECT_ID[] =
    "SELECT kind, value, since_scan, until_scan FROM identity_fact ORDER BY 1, 3, 2";

static const struct change changes[] = {
    {"name", DOMAIN(UUID_1, "a"), DOMAIN(UUID_1, "b"), SELECT_DOMAIN, "a|1|2 / b|2|-"},
    {"value-appears", DOMAIN(UUID_1, "a"), DOMAIN_WITH(UUID_1, "a", ",\"vcpus\":1"), SELECT_DOMAIN,
     "a|1|2 / a|2|-"},
    {"value-vanishes", DOMAIN_WITH(UUID_1, "a", ",\"title\":\"\""), DOMAIN(UUID_1, "a"),
     SELECT_DOMAIN, "a|1|2 / a|2|-"},
    {"disk-changes", DISKS(DISK("vda", "/a")), DISKS(DISK("vda", "/b")), SELECT_DISK,
     "vda|/a|1|2 / vda|/b|2|-"},
    {"disk-comes", DISKS(DISK("vda", "/a")), DISKS(DISK("vda", "/a") "," DISK("vdb", "/b")),
     SELECT_DISK, "vda|/a|1|- / vdb|/b|2|-"},
    {"disk-goes", DISKS(DISK("vda", "/a") "," DISK("vdb", "/b")), DISKS(DISK("vdb", "/b")),
     SELECT_DISK, "vda|/a|1|2 / vdb|/b|1|-"},
    {"disks-in-other-order", DISKS(DISK("vda", "/a") "," DISK("vdb", "/b")),
     DISKS(DISK("vdb", "/b") "," DISK("vda", "/a")), SELECT_DISK, "vda|/a|1|- / vdb|/b|1|-"},
    {"disk-leaves-domain-alone", DISKS(DISK("vda", "/a")), DISKS(DISK("vda", "/b")), SELECT_DOMAIN,
     "a|1|-"},
    {"backing-store", DISKS("{\"target\":\"a\",\"device\":\"disk\",\"source_type\":\"file\"}"),
     DISKS("{\"target\":\"a\",\"device\":\"disk\",\"source_type\":\"file\",\"backing\":[{"
           "\"source\":\"/"
           "b\"}]}"),
     "SELECT backing, since_scan, until_scan FROM disk_fact ORDER BY 2",
     "-|1|2 / [{\"source\":\"/b\"}]|2|-"},
    {"interface-goes", NICS(NIC("1") "," NIC("2")), NICS(NIC("1")), SELECT_NIC,
     "0|1|1|- / 1|2|1|2"},
    {"interface-moves", NICS(NIC("1") "," NIC("2")), NICS(NIC("2")), SELECT_NIC,
     "0|1|1|2 / 0|2|2|- / 1|2|1|2"},
    {"definition", DOMAIN_WITH(UUID_1, "a", ",\"xml\":\"<a/>\""),
     DOMAIN_WITH(UUID_1, "a", ",\"xml\":\"<b/>\""), SELECT_XML, "<a/>|1|2 / <b/>|2|-"},
    {"definition-unreadable", DISKS(DISK("vda", "/a")),
     "{\"kind\":\"domain\",\"uuid\":\"" UUID_1 "\",\"name\":\"a\",\"status\":\"xml-failed\"}\n",
     SELECT_DISK, "vda|/a|1|-"},
    {"image-format", IMAGE_WITH("/a", ",\"format\":\"raw\""),
     IMAGE_WITH("/a", ",\"format\":\"qcow2\""), SELECT_IMAGE, "raw|null|1|2 / qcow2|null|2|-"},
    {"image-octets", IMAGE_WITH("/a", ",\"backing_path\":\"x\""),
     IMAGE_WITH("/a", ",\"backing_path\":{\"base64\":\"/w==\"}"), SELECT_IMAGE,
     "-|text|1|2 / -|blob|2|-"},
    {"guest-fails", WITH_DOMAIN GUEST(UUID_1, ID_1), WITH_DOMAIN GUEST_WITH(UUID_1, "timeout", ""),
     SELECT_GUEST, "ok|1|2 / timeout|2|-"},
    {"guest-fails-but-is-known", WITH_DOMAIN GUEST(UUID_1, ID_1),
     WITH_DOMAIN GUEST_WITH(UUID_1, "running", ""), SELECT_ID, "machine-id|" ID_1 "|1|-"},
    {"guest-is-read-at-last", WITH_DOMAIN GUEST_WITH(UUID_1, "running", ""),
     WITH_DOMAIN GUEST(UUID_1, ID_1), SELECT_ID, "machine-id|" ID_1 "|2|-"},
    {"identity-changes", WITH_DOMAIN GUEST(UUID_1, ID_1), WITH_DOMAIN GUEST(UUID_1, ID_2),
     SELECT_ID, "machine-id|" ID_1 "|1|2 / machine-id|" ID_2 "|2|-"},
    {"identity-goes", WITH_DOMAIN GUEST(UUID_1, ID_1),
     WITH_DOMAIN GUEST_WITH(UUID_1, "ok", ROOT("vda1", "")), SELECT_ID, "machine-id|" ID_1 "|1|2"},
    {"root-goes", WITH_DOMAIN GUEST(UUID_1, ID_1), WITH_DOMAIN GUEST_WITH(UUID_1, "ok", ""),
     SELECT_ROOT, "vda1|1|2"},
    {"root-takes-its-identities", WITH_DOMAIN GUEST(UUID_1, ID_1),
     WITH_DOMAIN GUEST_WITH(UUID_1, "ok", ROOT("vdb1", "")), SELECT_ID, "machine-id|" ID_1 "|1|2"},
    {"root-comes", WITH_DOMAIN GUEST(UUID_1, ID_1),
     WITH_DOMAIN GUEST_WITH(UUID_1, "ok",
                            ROOT("vda1", MACHINE_ID(ID_1)) "," ROOT("vdb1", MACHINE_ID(ID_2))),
     SELECT_ID, "machine-id|" ID_1 "|1|- / machine-id|" ID_2 "|2|-"},
};

static char *
lines_of(const char *lines, const char *status)
{
  guint domains = 0, images = 0, guests = 0;

  for (const char *line = lines; *line; line = strchr(line, '\n') + 1) {
    domains += g_str_has_prefix(line, "{\"kind\":\"domain\"");
    images += g_str_has_prefix(line, "{\"kind\":\"image\"");
    guests += g_str_has_prefix(line, "{\"kind\":\"guest\"");
  }
  return g_strdup_printf("%s%s{\"kind\":\"end\",\"status\":\"%s\",\"domains\":%u,\"images\":%u,"
                         "\"guests\":%u}\n",
                         BEGIN, lines, status, domains, images, guests);
}

static void
ingest_lines(struct ledger_fixture *fixture, const char *lines, const char *status)
{
  g_autofree char *text = lines_of(lines, status);
  g_autoptr(IngestResult) result = ledger_fixture_ingest(fixture, text);

  g_assert_cmpstr(result->status, ==, status);
}

static void
expect_sound(struct ledger_fixture *fixture)
{
  GError *error = NULL;
  g_autoptr(GPtrArray) faults = NULL;

  g_assert_true(ledger_check(fixture->ledger, &faults, &error));
  g_assert_no_error(error);
  for (guint i = 0; i < faults->len; i++)
    g_error("%s", (const char *)faults->pdata[i]);
}

static void
test_change(gconstpointer data)
{
  const struct change *change = data;
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ingest_lines(fixture, change->before, "complete");
  ingest_lines(fixture, change->after, "complete");
  ledger_fixture_expect(fixture, change->sql, change->expected);
  expect_sound(fixture);
}

/* And back again: the old value has a third row, and its history says when it was away. */
static void
test_return_of_value(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ingest_lines(fixture, DOMAIN(UUID_1, "a"), "complete");
  ingest_lines(fixture, DOMAIN(UUID_1, "b"), "complete");
  ingest_lines(fixture, DOMAIN(UUID_1, "a"), "complete");
  ledger_fixture_expect(fixture, SELECT_DOMAIN, "a|1|2 / b|2|3 / a|3|-");
}

static const char SELECT_CURRENT[] =
    "SELECT (SELECT group_concat(name) FROM (SELECT name FROM domains ORDER BY 1)),\n"
    "       (SELECT group_concat(path) FROM (SELECT path FROM images ORDER BY 1)),\n"
    "       (SELECT group_concat(domain) FROM (SELECT domain FROM guests ORDER BY 1)),\n"
    "       (SELECT count(*) FROM identities),\n"
    "       (SELECT count(*) FROM disks)";

#define TWO                                                                                        \
  DISKS(DISK("vda", "/a"))                                                                         \
  DOMAIN(UUID_2, "b") IMAGE("/a") IMAGE("/b") GUEST(UUID_1, ID_1) GUEST_WITH(UUID_2, "no-disk", "")

static void
test_vanish(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ingest_lines(fixture, TWO, "complete");
  ledger_fixture_expect(fixture, SELECT_CURRENT, "a,b|/a,/b|a,b|1|1");
  ingest_lines(fixture, DOMAIN(UUID_2, "b") IMAGE("/b") GUEST_WITH(UUID_2, "no-disk", ""),
               "complete");
  ledger_fixture_expect(fixture, SELECT_CURRENT, "b|/b|b|0|0");
  ledger_fixture_expect(fixture, SELECT_DOMAIN, "a|1|2 / b|1|-");
  ledger_fixture_expect(fixture, SELECT_ID, "machine-id|" ID_1 "|1|2");
  expect_sound(fixture);
}

static void
test_vanish_and_return(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ingest_lines(fixture, TWO, "complete");
  ingest_lines(fixture, DOMAIN(UUID_2, "b"), "complete");
  ingest_lines(fixture, TWO, "complete");
  ledger_fixture_expect(fixture, SELECT_CURRENT, "a,b|/a,/b|a,b|1|1");
  ledger_fixture_expect(fixture, SELECT_DOMAIN, "a|1|2 / b|1|- / a|3|-");
  ledger_fixture_expect(fixture, "SELECT count(*), count(DISTINCT domain_id) FROM domain", "2|2");
  expect_sound(fixture);
}

/* Nothing is concluded from what such a stream does not name. */
static void
test_not_complete(void)
{
  static const char *const statuses[] = {"partial", "refused", "driver-unavailable"};
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ingest_lines(fixture, TWO, "complete");
  for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++)
    ingest_lines(fixture, DOMAIN(UUID_2, "b"), statuses[i]);
  ledger_fixture_expect(fixture, SELECT_CURRENT, "a,b|/a,/b|a,b|1|1");
  ledger_fixture_fill(fixture, BEGIN);
  ledger_fixture_expect(fixture, SELECT_CURRENT, "a,b|/a,/b|a,b|1|1");
}

/* A guest named without its domain, of which the scan would say that it is gone. */
static void
test_guest_without_domain(void)
{
  static const char without[] = "its domain does not come before it";
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ingest_lines(fixture, TWO, "complete");
  ledger_fixture_refuse(fixture, BEGIN GUEST(UUID_1, ID_1), without);
  ledger_fixture_refuse(fixture, BEGIN GUEST_WITH(UUID_1, "timeout", "") DOMAIN(UUID_1, "a"),
                        without);
  ledger_fixture_expect(fixture, SELECT_CURRENT, "a,b|/a,/b|a,b|1|1");
  expect_sound(fixture);
}

/* One hypervisor's scan says nothing about another's. */
static void
test_other_hypervisor(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  ledger_fixture_fill(fixture, BEGIN DOMAIN(UUID_1, "a") END(1, 0, 0));
  ledger_fixture_fill(fixture, COLLECTION_OF("qemu+ssh://beta/system") HYPERVISOR_OF("beta")
                                   DOMAIN(UUID_1, "a") DOMAIN(UUID_2, "b") END(2, 0, 0));
  ledger_fixture_fill(fixture, BEGIN END(0, 0, 0));

  ledger_fixture_expect(fixture, "SELECT hypervisor, name FROM domains ORDER BY 2",
                        "qemu://beta/system|a / qemu://beta/system|b");
}

/* --- shared machine IDs ----------------------------------------------------------------------- */

/* Grouping by `shared` rows alone must say what grouping by all says. */
static void
expect_groups(struct ledger_fixture *fixture, const char *expected)
{
  ledger_fixture_expect(fixture,
                        "SELECT value FROM identity_fact WHERE until_scan IS NULL AND shared = 1"
                        " GROUP BY value HAVING min(domain_id) <> max(domain_id)",
                        expected);
  ledger_fixture_expect(fixture,
                        "SELECT value FROM identity_fact WHERE until_scan IS NULL"
                        " AND value IS NOT NULL AND kind IN ('machine-id', 'dbus-machine-id')"
                        " GROUP BY value HAVING min(domain_id) <> max(domain_id)",
                        expected);
}

static void
test_shared(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  static const char domains[] = DOMAIN(UUID_1, "a") DOMAIN(UUID_2, "b") DOMAIN(UUID_3, "c");
  static const struct {
    const char *guests, *expected;
  } scans[] = {
      {GUEST(UUID_1, ID_1), ""},
      {GUEST(UUID_1, ID_1) GUEST(UUID_2, ID_1), ID_1},
      {GUEST(UUID_1, ID_1) GUEST(UUID_2, ID_1) GUEST(UUID_3, ID_1), ID_1},
      {GUEST(UUID_2, ID_1) GUEST(UUID_3, ID_1), ID_1},
      {GUEST(UUID_2, ID_2) GUEST(UUID_3, ID_1), ""},
      {GUEST(UUID_2, ID_2) GUEST(UUID_3, ID_2), ID_2},
      {GUEST(UUID_1, ID_1) GUEST(UUID_2, ID_1) GUEST(UUID_3, ID_2), ID_1},
      {GUEST_WITH(UUID_1, "ok", ROOT("a", MACHINE_ID(ID_1)) "," ROOT("b", MACHINE_ID(ID_1))), ""},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(scans); i++) {
    g_autofree char *lines = g_strconcat(domains, scans[i].guests, NULL);

    ingest_lines(fixture, lines, "complete");
    expect_groups(fixture, scans[i].expected);
    expect_sound(fixture);
  }
}

/* A host name that two guests have is no machine ID. */
static void
test_hostname_is_not_shared(void)
{
#define NAMED(uuid)                                                                                \
  GUEST_WITH(uuid, "ok",                                                                           \
             ROOT("vda1", "{\"kind\":\"hostname\",\"state\":\"valid\",\"value\":\"web\",\"path\":" \
                          "\"/etc/hostname\",\"raw\":\"web\\n\"}"))
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ingest_lines(fixture, DOMAIN(UUID_1, "a") DOMAIN(UUID_2, "b") NAMED(UUID_1) NAMED(UUID_2),
               "complete");
  ledger_fixture_expect(fixture, "SELECT count(*), sum(shared), typeof(raw) FROM identity_fact",
                        "2|0|blob");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
    g_autofree char *path = g_strconcat("/store/change/", changes[i].name, NULL);
    g_test_add_data_func(path, &changes[i], test_change);
  }
  g_test_add_func("/store/history/idempotent", test_idempotent);
  g_test_add_func("/store/history/read-at", test_read_at);
  g_test_add_func("/store/history/other-bytes", test_other_bytes);
  g_test_add_func("/store/history/return-of-value", test_return_of_value);
  g_test_add_func("/store/history/vanish", test_vanish);
  g_test_add_func("/store/history/vanish-and-return", test_vanish_and_return);
  g_test_add_func("/store/history/not-complete", test_not_complete);
  g_test_add_func("/store/history/guest-without-domain", test_guest_without_domain);
  g_test_add_func("/store/history/other-hypervisor", test_other_hypervisor);
  g_test_add_func("/store/shared/grouping", test_shared);
  g_test_add_func("/store/shared/hostname", test_hostname_is_not_shared);
  return g_test_run();
}
