/* SPDX-License-Identifier: Apache-2.0 */
/* Ledgers of every older version, brought to the newest with what they hold. */
#include "ledger_keys.h"

#include "cmake/embedded.h"
#include "store/migrate.h"
#include "store/value_hash.h"

#include <glib/gstdio.h>
#include <string.h>

/* Something in every kind of table that the first version has. */
static const char FILL[] =
    "INSERT INTO scan (uri, tool, collected_at, ingested_at, status) VALUES ('u', 't', 1, 2, "
    "'complete');\n"
    "INSERT INTO hypervisor (driver, hostname, scope) VALUES ('QEMU', 'alpha', 'system');\n"
    "UPDATE scan SET hypervisor_id = 1;\n"
    "INSERT INTO hypervisor_fact (hypervisor_id, since_scan, uri) VALUES (1, 1, 'u');\n"
    "INSERT INTO domain (hypervisor_id, uuid, digest) VALUES (1, '" UUID_1 "', x'00');\n"
    "INSERT INTO domain_fact (domain_id, since_scan, name, status) VALUES (1, 1, 'web', 'ok');\n"
    "INSERT INTO audit (at, rules) VALUES (1, 1);\n"
    "INSERT INTO finding (rule, subject) VALUES ('r', 's');\n"
    "INSERT INTO finding_fact (finding_id, since_audit, severity, title, detail, evidence)\n"
    "VALUES (1, 1, 'high', 't', 'd', '{}');\n";

static const char SELECT_ALL[] = "SELECT (SELECT name FROM hypervisors), (SELECT name FROM "
                                 "domains), (SELECT rule FROM findings)";

static void
make_version(const char *path, int version)
{
  sqlite3 *db;

  g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
  g_assert_true(value_hash_register(db, NULL));
  for (int i = 0; i < version; i++)
    g_assert_cmpint(sqlite3_exec(db, embedded_migrations[i].text, NULL, NULL, NULL), ==, SQLITE_OK);
  if (sqlite3_exec(db, FILL, NULL, NULL, NULL) != SQLITE_OK)
    g_error("%s", sqlite3_errmsg(db));
  sqlite3_close(db);
}

static void
test_from(gconstpointer data)
{
  const int version = GPOINTER_TO_INT(data);
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ledger_close(g_steal_pointer(&fixture->ledger));
  g_unlink(fixture->path);
  make_version(fixture->path, version);
  if (version < ledger_schema_newest()) {
    g_autoptr(GError) error = NULL;

    g_assert_null(ledger_open(fixture->path, LEDGER_READ, &error));
    g_assert_error(error, STORE_ERROR, STORE_ERROR_OLDER);
    g_assert_nonnull(strstr(error->message, "virt-ledger db migrate"));
  }
  ledger_fixture_reopen(fixture);
  g_assert_cmpint(ledger_schema_version(fixture->ledger), ==, ledger_schema_newest());
  ledger_fixture_expect(fixture, SELECT_ALL, "qemu://alpha/system|web|r");
}

/* Version 2 named a domain's only system with its root, and each road that failed on its own. */
static const char OLD_FINDINGS[] =
    "INSERT INTO guest (domain_id, road, digest) VALUES (1, 'disk', x'00');\n"
    "INSERT INTO guest_fact (guest_id, since_scan, status) VALUES (1, 1, 'ok');\n"
    "INSERT INTO root (guest_id, root) VALUES (1, 'vda1');\n"
    "INSERT INTO root_fact (root_id, since_scan, status) VALUES (1, 1, 'ok');\n"
    "INSERT INTO finding (rule, subject) VALUES\n"
    "  ('machine-id.split', 'qemu://alpha/system/" UUID_1 "/vda1'),\n"
    "  ('machine-id.malformed', 'qemu://alpha/system/" UUID_1 "/vda1:/etc/machine-id'),\n"
    "  ('guest.unreadable', 'qemu://alpha/system/" UUID_1 "/disk/vda1'),\n"
    "  ('site.own', 'qemu://alpha/system/" UUID_1 "/vda12');\n"
    "INSERT INTO finding_fact (finding_id, since_audit, severity, title, domain_id, detail,\n"
    "  evidence)\n"
    "SELECT finding_id, 1, 'high', 't', 1, 'd', '{}' FROM finding WHERE finding_id > 1;\n";

static void
test_subjects(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  sqlite3 *db;

  ledger_close(g_steal_pointer(&fixture->ledger));
  g_unlink(fixture->path);
  make_version(fixture->path, 2);
  g_assert_cmpint(sqlite3_open(fixture->path, &db), ==, SQLITE_OK);
  if (sqlite3_exec(db, OLD_FINDINGS, NULL, NULL, NULL) != SQLITE_OK)
    g_error("%s", sqlite3_errmsg(db));
  sqlite3_close(db);
  ledger_fixture_reopen(fixture);
  ledger_fixture_expect(fixture,
                        "SELECT rule, substr(subject, 21) FROM findings ORDER BY finding_id",
                        "r| / "
                        "machine-id.split|" UUID_1 " / "
                        "machine-id.malformed|" UUID_1 ":/etc/machine-id / "
                        "guest.unreadable|" UUID_1 " / "
                        "site.own|" UUID_1 "/vda12");
}

/* Version 5 knew of machine IDs that are shared, not of MACs, and of no keys. */
static const char SHARED_IDS[] =
    "INSERT INTO domain (hypervisor_id, uuid, digest) VALUES (1, '" UUID_2 "', x'00');\n"
    "INSERT INTO domain_fact (domain_id, since_scan, name, status) VALUES (2, 1, 'db', 'ok');\n"
    "INSERT INTO guest (domain_id, road, digest) VALUES (1, 'disk', x'00'), (2, 'disk', x'00');\n"
    "INSERT INTO guest_fact (guest_id, since_scan, status) VALUES (1, 1, 'ok'), (2, 1, 'ok');\n"
    "INSERT INTO root (guest_id, root) VALUES (1, 'vda1'), (2, 'vda1');\n"
    "INSERT INTO root_fact (root_id, since_scan, status) VALUES (1, 1, 'ok'), (2, 1, 'ok');\n"
    "INSERT INTO identity_fact (root_id, kind, path, since_scan, domain_id, state, value, shared)\n"
    "SELECT root_id, 'machine-id', '/etc/machine-id', 1, root_id, 'valid', 'a', 1 FROM root;\n"
    "INSERT INTO identity_fact (root_id, kind, path, since_scan, domain_id, state, value)\n"
    "VALUES (2, 'dbus-machine-id', '/d', 1, 2, 'valid', 'b');\n"
    "INSERT INTO interface_fact (domain_id, position, since_scan, mac)\n"
    "VALUES (1, 0, 1, 'm'), (2, 0, 1, 'm'), (2, 1, 1, 'n'), (2, 2, 1, 'n');\n";

static void
test_keys(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  sqlite3 *db;

  ledger_close(g_steal_pointer(&fixture->ledger));
  g_unlink(fixture->path);
  make_version(fixture->path, 5);
  g_assert_cmpint(sqlite3_open(fixture->path, &db), ==, SQLITE_OK);
  if (sqlite3_exec(db, SHARED_IDS, NULL, NULL, NULL) != SQLITE_OK)
    g_error("%s", sqlite3_errmsg(db));
  sqlite3_close(db);
  ledger_fixture_reopen(fixture);
  ledger_fixture_expect(fixture, "SELECT * FROM shared_machine_ids", "a|2");
  ledger_fixture_expect(fixture, "SELECT * FROM duplicate_identities", "mac-address|m|2");
  ledger_fixture_fill(fixture, COLLECTION HYPERVISOR DOMAIN(UUID_1, "web")
                                   GUEST_BY(UUID_1, "disk", "ok",
                                            ROOT_WITH("vda1", IDENTITIES(MACHINE_ID("a"))
                                                                  HOST_KEYS(HOST_KEY("/h", "H"))),
                                            "") END_OF("partial", 1, 0, 1));
  ledger_fixture_expect(fixture, "SELECT domain, fingerprint, first_scan FROM ssh_host_keys",
                        "web|H|2");
  ledger_fixture_expect(fixture, "SELECT * FROM shared_machine_ids", "a|2");
  ledger_fixture_fill(fixture, COLLECTION HYPERVISOR DOMAIN(UUID_1, "web") GUEST(UUID_1, "b")
                                   END_OF("partial", 1, 0, 1));
  ledger_fixture_expect(fixture, "SELECT * FROM shared_machine_ids", "b|2");
}

/* An older ledger with something of its own is refused before it is migrated. */
static void
test_tampered(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autoptr(GError) error = NULL;
  sqlite3 *db;

  ledger_close(g_steal_pointer(&fixture->ledger));
  g_unlink(fixture->path);
  make_version(fixture->path, 1);
  g_assert_cmpint(sqlite3_open(fixture->path, &db), ==, SQLITE_OK);
  sqlite3_exec(db, "CREATE VIEW domains AS SELECT 1", NULL, NULL, NULL);
  sqlite3_close(db);
  g_assert_null(ledger_open(fixture->path, LEDGER_WRITE, &error));
  g_assert_error(error, STORE_ERROR, STORE_ERROR_CORRUPT);
}

/* Each says its own number, which is its place in the list. */
static void
test_numbers(void)
{
  for (int i = 0; i < migrate_newest(); i++) {
    g_autofree char *prefix = g_strdup_printf("%04d_", i + 1);
    g_autofree char *version = g_strdup_printf("PRAGMA user_version = %d;", i + 1);

    g_assert_true(g_str_has_prefix(embedded_migrations[i].name, prefix));
    g_assert_nonnull(strstr(embedded_migrations[i].text, version));
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (int version = 1; version <= migrate_newest(); version++) {
    g_autofree char *path = g_strdup_printf("/store/migrate/from-%d", version);
    g_test_add_data_func(path, GINT_TO_POINTER(version), test_from);
  }
  g_test_add_func("/store/migrate/subjects", test_subjects);
  g_test_add_func("/store/migrate/keys", test_keys);
  g_test_add_func("/store/migrate/tampered", test_tampered);
  g_test_add_func("/store/migrate/numbers", test_numbers);
  return g_test_run();
}
