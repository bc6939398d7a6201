/* SPDX-License-Identifier: Apache-2.0 */
/* Keys, accounts, cloud-init and seeds: kept, left alone, changed, ended, refused. */
#include "ledger_keys.h"

#include <string.h>

#define SCAN(uuid, guests, count)                                                                  \
  COLLECTION HYPERVISOR DOMAIN(uuid, "a") guests END_OF("complete", 1, 0, count)
/* One guest whose one root has lists. */
#define WITH(lists)                  SCAN(UUID_1, GUEST_BY(UUID_1, "disk", "ok", ROOT_WITH("vda1", lists), ""), 1)
#define SEEDED(status, roots, seeds) SCAN(UUID_1, GUEST_BY(UUID_1, "disk", status, roots, seeds), 1)
#define DECLARED(seeds)                                                                            \
  COLLECTION HYPERVISOR DOMAIN_WITH(UUID_1, "a", ",\"seeds\":[" seeds "]") END(1, 0, 0)

/*
 * Life of the facts of one table: `rows` tells of every row since and until when it counts, after
 * all scans.
 */
#define ROWS(columns, table)                                                                       \
  "SELECT " columns ", since_scan, until_scan FROM " table " ORDER BY since_scan, 1"

#define USER_SEED(users) SEED_WITH("volume vdb", SEED_USERS(users))
#define KEY_SEED(keys)   SEED_WITH("volume vdb", SEED_KEYS(keys))

static const struct life {
  const char *name, *scans[4], *rows, *expected;
} lives[] = {
    {"sshd",
     {WITH(SSHD("")), WITH(SSHD("") HOST_KEYS("")), WITH(SSHD(",\"enabled\":true")), WITH("")},
     ROWS("enabled, state", "sshd_fact"),
     "-|ok|1|3 / 1|ok|3|4"},
    {"host-key",
     {WITH(HOST_KEYS(HOST_KEY("/a", "A") "," HOST_KEY("/b", "B"))),
      WITH(HOST_KEYS(HOST_KEY("/b", "B") "," HOST_KEY("/a", "A"))),
      WITH(HOST_KEYS(HOST_KEY("/a", "C") "," HOST_KEY("/b", "B"))),
      WITH(HOST_KEYS(HOST_KEY("/a", "C")))},
     ROWS("path, fingerprint, domain_id", "host_key_fact"),
     "/a|A|1|1|3 / /b|B|1|1|4 / /a|C|1|3|-"},
    {"host-key-since",
     {WITH(HOST_KEYS(HOST_KEY("/a", "A"))),
      WITH(HOST_KEYS(HOST_KEY_WITH("/a", "A", ",\"mode\":384"))),
      WITH(HOST_KEYS(HOST_KEY_WITH("/a", "B", ",\"mode\":384"))),
      WITH(HOST_KEYS(HOST_KEY_WITH("/a", "A", ",\"mode\":384")))},
     ROWS("fingerprint, first_scan", "host_key_fact"),
     "A|1|1|2 / A|1|2|3 / B|3|3|4 / A|4|4|-"},
    {"account",
     {WITH(ACCOUNTS(ACCOUNT("root", 0, "yes") "," ACCOUNT("x", 1000, "no"))),
      WITH(ACCOUNTS(ACCOUNT("x", 1000, "no") "," ACCOUNT("root", 0, "yes")) SSHD("")),
      WITH(ACCOUNTS(ACCOUNT("root", 0, "no"))), WITH(ACCOUNTS(ACCOUNT("root", 0, "no")))},
     ROWS("name, uid, login", "account_fact"),
     "root|0|yes|1|3 / x|1000|no|1|3 / root|0|no|3|-"},
    {"authorized-key",
     {WITH(AUTHORIZED_KEYS(AUTHORIZED_KEY_AT("u", "/f", "A", 1))),
      WITH(AUTHORIZED_KEYS(
          AUTHORIZED_KEY_AT("u", "/f", "B", 1) "," AUTHORIZED_KEY_AT("u", "/f", "A", 2))),
      WITH(AUTHORIZED_KEYS(AUTHORIZED_KEY_AT("u", "/f", "B", 1))),
      WITH(AUTHORIZED_KEYS(
          AUTHORIZED_KEY_AT("u", "/f", "A", 1) "," AUTHORIZED_KEY_AT("v", "/f", "A", 1)))},
     ROWS("user, entry, line, first_scan", "authorized_key_fact"),
     "u|A|1|1|1|2 / u|A|2|1|2|3 / u|B|1|2|2|4 / u|A|1|4|4|- / v|A|1|4|4|-"},
    {"key-source",
     {WITH(KEY_SOURCES(KEY_SOURCE("", "TrustedUserCAKeys /ca"))),
      WITH(KEY_SOURCES(KEY_SOURCE("", "TrustedUserCAKeys /ca") "," KEY_SOURCE("u", "x"))),
      WITH(KEY_SOURCES(KEY_SOURCE("u", "x")))},
     ROWS("user, source", "key_source_fact"),
     "|TrustedUserCAKeys /ca|1|3 / u|x|2|-"},
    {"cloud-init",
     {WITH(CLOUD_INIT("i-1")), WITH(CLOUD_INIT("i-1") SSHD("")), WITH(CLOUD_INIT("i-2")), WITH("")},
     ROWS("instance_id", "cloud_init_fact"),
     "i-1|1|3 / i-2|3|4"},
    /* A root that goes takes what is in it along; the same one that comes again begins anew. */
    {"lost-root",
     {SEEDED("ok",
             ROOT_WITH("vda1", HOST_KEYS(HOST_KEY("/a", "A"))
                                   SSHD("")) "," ROOT_WITH("vda2", HOST_KEYS(HOST_KEY("/a", "A"))),
             ""),
      SEEDED("ok", ROOT_WITH("vda2", HOST_KEYS(HOST_KEY("/a", "A"))), ""),
      SEEDED("ok", ROOT_WITH("vda1", HOST_KEYS(HOST_KEY("/a", "A"))), "")},
     ROWS("root_id, first_scan", "host_key_fact"),
     "1|1|1|2 / 2|1|1|3 / 1|3|3|-"},
    /* A failed attempt concludes nothing, and neither does a guest that nobody looked at. */
    {"failed",
     {WITH(AUTHORIZED_KEYS(AUTHORIZED_KEY("u", "A"))), SEEDED("timeout", "", ""),
      COLLECTION HYPERVISOR DOMAIN(UUID_1, "a") END_OF("partial", 1, 0, 0)},
     ROWS("entry", "authorized_key_fact"),
     "A|1|-"},
    /* A complete scan without it ends it all. */
    {"gone",
     {WITH(AUTHORIZED_KEYS(AUTHORIZED_KEY("u", "A"))),
      COLLECTION HYPERVISOR DOMAIN(UUID_1, "a") END(1, 0, 0)},
     ROWS("entry", "authorized_key_fact"),
     "A|1|2"},
    /* What an earlier version of the stream does not tell of is not absent. */
    {"version-2",
     {WITH(AUTHORIZED_KEYS(AUTHORIZED_KEY("u", "A"))),
      COLLECTION_BY(2, "qemu:///system") HYPERVISOR DOMAIN(UUID_1, "a")
          GUEST(UUID_1, "0123456789abcdef0123456789abcdef") END(1, 0, 1)},
     ROWS("entry", "authorized_key_fact"),
     "A|1|-"},
    {"version-2-identity",
     {WITH(IDENTITIES(MACHINE_ID("0") "," IDENTITY("salt-minion-id", "m", "/etc/salt/minion_id"))),
      COLLECTION_BY(2, "qemu:///system") HYPERVISOR DOMAIN(UUID_1, "a")
          GUEST_WITH(UUID_1, "ok", ROOT("vda1", "")) END(1, 0, 1)},
     ROWS("kind", "identity_fact"),
     "machine-id|1|2 / salt-minion-id|1|-"},
    {"seed",
     {SEEDED("ok", "", SEED_WITH("volume vdb", "")), SEEDED("ok", "", SEED_WITH("volume vdb", "")),
      SEEDED("ok", "", SEED_WITH("volume vdb", ",\"instance_id\":\"i\"")), SEEDED("ok", "", "")},
     ROWS("road, place, instance_id", "seed_fact"),
     "disk|volume vdb|-|1|3 / disk|volume vdb|i|3|4"},
    /* Of a guest that was not read, seeds that came count, and the others are not absent. */
    {"seed-of-a-failed-guest",
     {SEEDED("ok", "", SEED_WITH("volume vdb", "") "," SEED_WITH("volume vdc", "")),
      SEEDED("no-root", "", SEED_WITH("volume vdb", ",\"instance_id\":\"i\"")),
      SEEDED("no-root", "", "")},
     ROWS("place, instance_id", "seed_fact"),
     "volume vdb|-|1|2 / volume vdc|-|1|- / volume vdb|i|2|-"},
    {"seed-user",
     {SEEDED("ok", "", USER_SEED(SEED_USER("a") "," SEED_USER("b"))),
      SEEDED("ok", "", USER_SEED(SEED_USER("b"))), SEEDED("ok", "", "")},
     ROWS("place, name", "seed_user_fact"),
     "volume vdb|a|1|2 / volume vdb|b|1|3"},
    {"seed-key",
     {SEEDED("ok", "", KEY_SEED(SEED_KEY("a", "A") "," SEED_KEY("b", "A"))),
      SEEDED("ok", "", KEY_SEED(SEED_KEY("a", "A"))),
      COLLECTION HYPERVISOR DOMAIN(UUID_1, "a") END(1, 0, 0)},
     ROWS("user, entry", "seed_key_fact"),
     "a|A|1|3 / b|A|1|2"},
    {"declared",
     {DECLARED(KEY_SEED(SEED_KEY("a", "A"))), DECLARED(KEY_SEED(SEED_KEY("b", "A"))), DECLARED("")},
     ROWS("road, user", "seed_key_fact"),
     "xml|a|1|2 / xml|b|2|3"},
    {"declared-by-a-domain-that-is-gone",
     {DECLARED(USER_SEED(SEED_USER("a"))), COLLECTION HYPERVISOR END(0, 0, 0)},
     ROWS("road, name", "seed_user_fact"),
     "xml|a|1|2"},
    {"addresses",
     {COLLECTION HYPERVISOR DOMAIN_WITH(UUID_1, "a", ",\"interfaces\":[{\"mac\":\"m\"}]")
          END(1, 0, 0),
      COLLECTION HYPERVISOR DOMAIN_WITH(
          UUID_1, "a", ",\"interfaces\":[{\"mac\":\"m\",\"addresses\":\"10.0.0.1 10.0.0.2\"}]")
          END(1, 0, 0)},
     ROWS("addresses", "interface_fact"),
     "-|1|2 / 10.0.0.1 10.0.0.2|2|-"},
};

static void
expect_sound(struct ledger_fixture *fixture)
{
  g_autoptr(GPtrArray) faults = NULL;
  GError *error = NULL;

  ledger_check(fixture->ledger, &faults, &error);
  g_assert_no_error(error);
  for (guint i = 0; i < faults->len; i++)
    g_error("%s", (const char *)faults->pdata[i]);
}

static void
test_life(gconstpointer data)
{
  const struct life *life = data;
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  for (size_t i = 0; i < G_N_ELEMENTS(life->scans) && life->scans[i]; i++)
    ledger_fixture_fill(fixture, life->scans[i]);
  ledger_fixture_expect(fixture, life->rows, life->expected);
  expect_sound(fixture);
}

#define EVERYTHING                                                                                 \
  SEEDED("ok",                                                                                     \
         ROOT_WITH("vda1", SSHD("") HOST_KEYS(HOST_KEY("/a", "A")) ACCOUNTS(ACCOUNT("u", 1, "no")) \
                               AUTHORIZED_KEYS(AUTHORIZED_KEY("u", "A"))                           \
                                   KEY_SOURCES(KEY_SOURCE("", "x")) CLOUD_INIT("i")),              \
         SEED_WITH("volume vdb", SEED_USERS(SEED_USER("u")) SEED_KEYS(SEED_KEY("u", "A"))))

/* Not a row is written for what is as it was, whether or not its line is the same. */
static void
test_unchanged(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ledger_fixture_fill(fixture, EVERYTHING);
  g_autofree char *before = ledger_fixture_dump(fixture);
  ledger_fixture_fill(fixture, EVERYTHING);
  g_autofree char *after = ledger_fixture_dump(fixture);
  g_assert_cmpstr(after, ==, before);

  g_autoptr(GString) other = g_string_new(EVERYTHING);
  g_assert_cmpuint(g_string_replace(other, "\"state\":\"ok\"", "\"state\": \"ok\"", 0), >, 0);
  g_autoptr(IngestResult) result = ledger_fixture_ingest(fixture, other->str);
  g_assert_cmpuint(result->opened + result->closed, ==, 0);
}

static const struct refused {
  const char *name, *stream, *part;
} refused[] = {
    {"host-keys", WITH(HOST_KEYS(HOST_KEY("/a", "A") "," HOST_KEY("/a", "B"))),
     "two host keys with one path"},
    {"accounts", WITH(ACCOUNTS(ACCOUNT("u", 1, "no") "," ACCOUNT("u", 2, "no"))),
     "two accounts with one name"},
    {"authorized-keys",
     WITH(AUTHORIZED_KEYS(
         AUTHORIZED_KEY_AT("u", "/f", "A", 1) "," AUTHORIZED_KEY_AT("u", "/f", "A", 2))),
     "two authorized keys with one user, file and entry"},
    {"key-sources", WITH(KEY_SOURCES(KEY_SOURCE("", "x") "," KEY_SOURCE("", "x"))),
     "two sources of keys with one user and name"},
    {"sshd", WITH(",\"sshd\":[{\"state\":\"ok\"},{\"state\":\"ok\"}]"), "sshd"},
    {"seeds", SEEDED("ok", "", SEED_WITH("volume vdb", "") "," SEED_WITH("volume vdb", "")),
     "two seeds with one place"},
    {"seed-users", SEEDED("ok", "", USER_SEED(SEED_USER("u") "," SEED_USER("u"))),
     "two users with one name"},
    {"seed-keys", DECLARED(KEY_SEED(SEED_KEY("u", "A") "," SEED_KEY("u", "A"))),
     "two keys with one user and entry"},
    {"state", WITH(",\"host_keys\":[{\"path\":\"/a\",\"state\":\"fine\"}]"), "state"},
    {"roots", SEEDED("timeout", ROOT_WITH("vda1", ""), ""), "it has roots, and yet was not read"},
};

static void
test_refused(gconstpointer data)
{
  const struct refused *row = data;
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ledger_fixture_refuse(fixture, row->stream, row->part);
  ledger_fixture_expect(fixture, "SELECT count(*) FROM guest", "0");
}

/* Of one domain and the next: a guest each with an identity or a host key. */
#define TWO(one, other)                                                                            \
  COLLECTION HYPERVISOR DOMAIN(UUID_1, "a") DOMAIN(UUID_2, "b")                                    \
      GUEST_BY(UUID_1, "disk", "ok", ROOT_WITH("vda1", one), "")                                   \
          GUEST_BY(UUID_2, "disk", "ok", ROOT_WITH("vda1", other), "") END(2, 0, 2)
#define SALT(value) IDENTITIES(IDENTITY("salt-minion-id", value, "/etc/salt/minion_id"))
#define PUPPET(value)                                                                              \
  IDENTITIES(IDENTITY("puppet-certname", value, "/etc/puppetlabs/puppet/puppet.conf"))
#define NAME(value) IDENTITIES(IDENTITY("hostname", value, "/etc/hostname"))
#define PUBLIC(key)                                                                                \
  HOST_KEYS("{\"path\":\"/a\",\"state\":\"missing\",\"fingerprint\":\"" key                        \
            "\",\"has_private\":false}")
#define PAIR(more_1, more_2)                                                                       \
  COLLECTION HYPERVISOR DOMAIN_WITH(UUID_1, "a", more_1) DOMAIN_WITH(UUID_2, "b", more_2)          \
      END(2, 0, 0)
#define MAC(mac) ",\"interfaces\":[{\"mac\":\"" mac "\"}]"

#define DUPLICATES                                                                                 \
  "SELECT kind, value, domains FROM duplicate_identities\n"                                        \
  " UNION ALL\n"                                                                                   \
  "SELECT 'host-key', fingerprint, domains FROM duplicate_host_keys"

static const struct duplicate {
  const char *name, *stream, *expected;
} duplicates[] = {
    {"value", TWO(SALT("m"), SALT("m")), "salt-minion-id|m|2"},
    {"other-value", TWO(SALT("m"), SALT("n")), ""},
    {"other-kind", TWO(SALT("m"), PUPPET("m")), ""},
    {"no-identity", TWO(NAME("m"), NAME("m")), ""},
    {"machine-id-is-another-rule's",
     TWO(IDENTITIES(MACHINE_ID("00000000000000000000000000000001")),
         IDENTITIES(MACHINE_ID("00000000000000000000000000000001"))),
     ""},
    {"host-key", TWO(HOST_KEYS(HOST_KEY("/a", "A")), HOST_KEYS(HOST_KEY("/b", "A"))),
     "host-key|A|2"},
    {"host-key-in-one-guest",
     TWO(HOST_KEYS(HOST_KEY("/a", "A") "," HOST_KEY("/b", "A")), HOST_KEYS("")), ""},
    {"public-half-alone", TWO(PUBLIC("A"), HOST_KEYS(HOST_KEY("/a", "A"))), ""},
    {"mac", PAIR(MAC("52:54:00:00:00:01"), MAC("52:54:00:00:00:01")),
     "mac-address|52:54:00:00:00:01|2"},
    {"macs", PAIR(MAC("52:54:00:00:00:01"), MAC("52:54:00:00:00:02")), ""},
    {"genid", PAIR(",\"genid\":\"g\"", ",\"genid\":\"g\""), "vm-genid|g|2"},
    {"smbios-set", PAIR(",\"smbios_uuid\":\"s\"", ",\"smbios_uuid\":\"s\""), "smbios-uuid|s|2"},
    {"smbios-of-another", PAIR("", ",\"smbios_uuid\":\"" UUID_1 "\""), "smbios-uuid|" UUID_1 "|2"},
    {"smbios-of-oneself", PAIR("", ",\"smbios_uuid\":\"" UUID_2 "\""), ""},
    {"smbios-of-one-that-sets-another",
     PAIR(",\"smbios_uuid\":\"s\"", ",\"smbios_uuid\":\"" UUID_1 "\""), ""},
    {"smbios-of-two-hosts",
     PAIR("", "") COLLECTION_OF("qemu+ssh://beta/system") HYPERVISOR_OF("beta") DOMAIN(UUID_1, "a")
         END(1, 0, 0),
     "smbios-uuid|" UUID_1 "|2"},
    {"container",
     PAIR(",\"os_type\":\"exe\"", ",\"os_type\":\"exe\",\"smbios_uuid\":\"" UUID_1 "\""), ""},
};

static void
test_duplicates(gconstpointer data)
{
  const struct duplicate *row = data;
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ledger_fixture_fill(fixture, row->stream);
  ledger_fixture_expect(fixture, DUPLICATES, row->expected);
  /* Grouping all values, without the marks, comes to the same. */
  ledger_fixture_expect(fixture,
                        "SELECT kind, value, count(DISTINCT domain_id) FROM identity_values\n"
                        " WHERE kind NOT IN ('machine-id', 'dbus-machine-id')\n"
                        " GROUP BY kind, value HAVING count(DISTINCT domain_id) > 1\n"
                        " UNION ALL\n"
                        "SELECT 'host-key', fingerprint, count(DISTINCT domain_id)\n"
                        "  FROM ssh_host_keys WHERE has_private GROUP BY fingerprint\n"
                        "HAVING count(DISTINCT domain_id) > 1",
                        row->expected);
}

/* A value stays marked when the others that had it have gone, and is no duplicate then. */
static void
test_no_more(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ledger_fixture_fill(fixture, TWO(SALT("m") HOST_KEYS(HOST_KEY("/a", "A")),
                                   SALT("m") HOST_KEYS(HOST_KEY("/a", "A"))));
  ledger_fixture_fill(fixture, TWO(SALT("m") HOST_KEYS(HOST_KEY("/a", "A")), SALT("n")));
  ledger_fixture_expect(fixture, DUPLICATES, "");
}

/* What only a road that does not count still shows is in no view, but for seeds. */
static void
test_roads(void)
{
#define ROAD(road, root, key, more)                                                                \
  GUEST_BY(UUID_1, road, "ok", ROOT_WITH(root, HOST_KEYS(HOST_KEY("/a", key))),                    \
           SEED_WITH("volume vdb", more) "," SEED_WITH("directory " root ":/seed", ""))
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ledger_fixture_fill(fixture, SCAN(UUID_1,
                                    ROAD("agent", "/", "A", SEED_USERS(SEED_USER("a")))
                                        ROAD("disk", "vda1", "B", SEED_USERS(SEED_USER("b"))),
                                    2));
  ledger_fixture_expect(fixture, "SELECT road FROM key_guests", "disk");
  ledger_fixture_expect(fixture, "SELECT fingerprint, root FROM ssh_host_keys", "B|vda1");
  ledger_fixture_expect(fixture, "SELECT subject, root FROM key_systems",
                        "qemu://alpha/system/" UUID_1 "|vda1");
  ledger_fixture_expect(fixture, "SELECT road, place FROM seeds ORDER BY place",
                        "agent|directory /:/seed / disk|directory vda1:/seed / disk|volume vdb");
  ledger_fixture_expect(fixture, "SELECT road, name FROM seed_users", "disk|b");

  /* The agent's word counts where the disk's does not any more. */
  ledger_fixture_fill(
      fixture,
      SCAN(UUID_1, ROAD("agent", "/", "A", "") GUEST_BY(UUID_1, "disk", "remote", "", ""), 2));
  ledger_fixture_expect(fixture, "SELECT fingerprint, root FROM ssh_host_keys", "A|/");
}

/* Texts that are none stay bytes. */
static void
test_bytes(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ledger_fixture_fill(
      fixture, WITH(HOST_KEYS(HOST_KEY_WITH("/a", "A", ",\"comment\":{\"base64\":\"/w==\"}"))));
  ledger_fixture_expect(fixture, "SELECT typeof(comment), hex(comment) FROM ssh_host_keys",
                        "blob|FF");
}

#define ADD_EACH(rows, function)                                                                   \
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {                                                \
    g_autofree char *path = g_strdup_printf("/store/keys/" #rows "/%s", (rows)[i].name);           \
    g_test_add_data_func(path, &(rows)[i], function);                                              \
  }

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  ADD_EACH(lives, test_life)
  ADD_EACH(refused, test_refused)
  ADD_EACH(duplicates, test_duplicates)
  g_test_add_func("/store/keys/unchanged", test_unchanged);
  g_test_add_func("/store/keys/no-more", test_no_more);
  g_test_add_func("/store/keys/roads", test_roads);
  g_test_add_func("/store/keys/bytes", test_bytes);
  return g_test_run();
}
