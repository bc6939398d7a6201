/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forgetting: what every view says, today and as of any scan from the point on, is the same before
 * and after; what had ended is gone; the ledger is sound.
 */
#include "store/prune.h"

#include "ledger_life.h"
#include "store/as_of.h"

#include <string.h>

static GArray *
prune(struct ledger_fixture *fixture, gint64 scan_id, bool keep_all)
{
  const struct history_point before = ledger_life_point(fixture->ledger, scan_id);
  GError *error = NULL;
  GArray *counts = prune_run(ledger_db(fixture->ledger), &before, keep_all, &error);

  g_assert_no_error(error);
  return counts;
}

static gint64
total_of(const GArray *counts)
{
  gint64 total = 0;

  for (guint i = 0; i < counts->len; i++)
    total += g_array_index(counts, struct prune_count, i).rows;
  return total;
}

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

/*
 * What every view says as of each scan from `first` on, and now, but for what pruning may forget.
 */
static char *
say_all(struct ledger_fixture *fixture, gint64 first)
{
  g_autoptr(GString) text = g_string_new(NULL);

  for (gint64 scan_id = first; scan_id <= (gint64)ledger_life_scans; scan_id++) {
    g_autoptr(Ledger) ledger = ledger_life_open(fixture);

    ledger_life_go(ledger, scan_id);
    g_autofree char *then = ledger_life_dump(ledger, LEDGER_LIFE_STANDING);
    g_string_append_printf(text, "--- %" G_GINT64_FORMAT "\n%s", scan_id, then);
  }
  g_autofree char *now = ledger_life_dump(fixture->ledger, LEDGER_LIFE_STANDING);
  return g_strconcat(text->str, "--- now\n", now, NULL);
}

static void
test_views_stay(gconstpointer data)
{
  const gint64 scan_id = GPOINTER_TO_INT(data);
  g_autoptr(LedgerFixture) fixture = ledger_life_new();
  g_autofree char *before = say_all(fixture, scan_id);
  g_autoptr(GArray) counts = prune(fixture, scan_id, false);
  g_autofree char *after = say_all(fixture, scan_id);

  g_assert_cmpstr(after, ==, before);
  expect_sound(fixture);

  /* Nothing is left to be pruned, and what was cannot be asked for. */
  g_autoptr(GArray) again = prune(fixture, scan_id, false);
  g_assert_cmpint(total_of(again), ==, 0);
  const struct moment earlier = {.scan_id = scan_id - 1};
  struct history_point point;
  g_autoptr(GError) error = NULL;
  bool found = history_find(ledger_db(fixture->ledger), &earlier, &point, &error);
  g_assert_cmpint(found, ==, scan_id > 1 && total_of(counts) == 0);
}

/* Doing it and undoing it counts the same. */
static void
test_keep_all(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_life_new();
  g_autofree char *before = ledger_fixture_dump(fixture);
  g_autoptr(GArray) would = prune(fixture, (gint64)ledger_life_scans, true);
  g_autofree char *after = ledger_fixture_dump(fixture);

  g_assert_cmpstr(after, ==, before);
  g_autoptr(GArray) did = prune(fixture, (gint64)ledger_life_scans, false);
  g_assert_cmpint(total_of(did), >, 20);
  g_assert_cmpuint(would->len, ==, did->len);
  g_assert_cmpmem(would->data, would->len * sizeof(struct prune_count), did->data,
                  did->len * sizeof(struct prune_count));
}

/* What has ended is gone, but for what tells since when the rest is known. */
static void
test_forgets(void)
{
  static const char *const tables[] = {"disk_fact", "image_fact", "root_fact", "interface_fact",
                                       "domain_xml"};
  g_autoptr(LedgerFixture) fixture = ledger_life_new();

  g_array_unref(prune(fixture, (gint64)ledger_life_scans, false));
  for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
    g_autofree char *sql = g_strdup_printf(
        "SELECT count(*) FROM %s WHERE until_scan <= (SELECT max(scan_id) FROM scan)", tables[i]);
    ledger_fixture_expect(fixture, sql, "0");
  }
  ledger_fixture_expect(fixture, "SELECT before_scan, rows > 20 FROM pruning", "13|1");
  /* A domain that is gone is forgotten by name, too. */
  ledger_fixture_expect(fixture, "SELECT count(*) FROM domain WHERE digest IS NULL", "0");
  ledger_fixture_expect(fixture, "SELECT count(*) FROM image WHERE digest IS NULL", "0");
}

/* Where values are looked for, those that nobody has any more are not. */
static void
test_forgets_holders(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_life_new();

  g_array_unref(prune(fixture, (gint64)ledger_life_scans, false));
  g_autofree char *held = ledger_fixture_query(
      fixture, "SELECT value_hash(kind, value) AS hash, domain_id FROM identity_fact"
               " WHERE until_scan IS NULL AND value_hash(kind, value) <> 0"
               " UNION SELECT value_hash('host-key', fingerprint), domain_id FROM host_key_fact"
               " WHERE until_scan IS NULL AND fingerprint IS NOT NULL"
               " UNION SELECT value_hash('mac-address', mac), domain_id FROM interface_fact"
               " WHERE until_scan IS NULL AND mac IS NOT NULL"
               " ORDER BY hash, domain_id");
  g_assert_cmpstr(held, !=, "");
  ledger_fixture_expect(fixture, "SELECT * FROM value_holder ORDER BY hash, domain_id", held);
}

/* What a guest was called before is worth knowing for as long as it is there. */
static void
test_remembers_ids(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_life_new();

  g_array_unref(prune(fixture, 4, false));
  ledger_fixture_expect(fixture,
                        "SELECT domain_id, value, until_scan FROM identity_fact"
                        " WHERE until_scan <= 4",
                        "2|0123456789abcdef0123456789abcdef|3");
  g_array_unref(prune(fixture, 8, false));
  ledger_fixture_expect(fixture, "SELECT count(*) FROM identity_fact WHERE domain_id = 2", "0");
}

/* As of a time between a scan and its audit, what the audit before said is still there. */
static void
test_before_the_audit(void)
{
  const struct moment between = {.time = LEDGER_LIFE_BEGIN + 4 * LEDGER_LIFE_DAY + 1};
  g_autofree char *later = g_strdup_printf("%" G_GINT64_FORMAT, between.time + 1);
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  struct history_point point;
  GError *error = NULL;

  for (size_t number = 1; number <= 4; number++)
    ledger_life_step(fixture, number);
  ledger_life_scan(fixture, 5);
  g_setenv("VIRT_LEDGER_CLOCK", later, TRUE);
  ledger_life_audit(fixture);
  g_array_unref(prune(fixture, 5, false));
  g_autoptr(Ledger) ledger = ledger_life_open(fixture);
  struct ledger_fixture look = {.ledger = ledger};
  history_find(ledger_db(ledger), &between, &point, &error);
  g_assert_no_error(error);
  as_of_go(ledger_db(ledger), &point, &error);
  g_assert_no_error(error);
  ledger_fixture_expect(&look, "SELECT status, severity FROM findings", "open|low / open|low");
}

/* An image that no scan finds any more is still what two domains share, now and as of then. */
static void
test_named_image(void)
{
  static const char USERS[] = "SELECT path, user_count FROM used_images";
  static const char WITHOUT_IMAGE[] =
      COLLECTION HYPERVISOR DOMAIN_WITH(UUID_1, "a", ",\"disks\":[" DISK("vda", "/a") "]")
          DOMAIN_WITH(UUID_2, "b", ",\"disks\":[" DISK("vda", "/a") "]") END(2, 0, 0);
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ledger_fixture_fill(fixture, COLLECTION HYPERVISOR IMAGE("/a") END(0, 1, 0));
  ledger_fixture_fill(fixture, WITHOUT_IMAGE);
  ledger_fixture_fill(fixture, WITHOUT_IMAGE);
  g_array_unref(prune(fixture, 2, false));
  ledger_fixture_expect(fixture, USERS, "/a|2");
  g_autoptr(Ledger) ledger = ledger_life_open(fixture);
  struct ledger_fixture look = {.ledger = ledger};
  ledger_life_go(ledger, 2);
  ledger_fixture_expect(&look, USERS, "/a|2");
}

#define ID(digit) digit "0000000000000000000000000000000"
#define DBUS_ID(id)                                                                                \
  "{\"kind\":\"dbus-machine-id\",\"state\":\"valid\",\"value\":\"" id "\",\"path\":\"/d\"}"
#define MARKED_GUEST(marks, ids)                                                                   \
  GUEST_WITH(UUID_1, "ok", "{\"root\":\"/\",\"status\":\"ok\"" marks ",\"identities\":[" ids "]}")
#define TRANSIENT ",\"marks\":\"transient-machine-id\""

/* What was of one boot only is known to be that while its row is there; a D-Bus ID never was. */
static void
test_transient_id(void)
{
  static const char *const streams[] = {
      MARKED_GUEST(TRANSIENT, MACHINE_ID(ID("1")) "," DBUS_ID(ID("1"))),
      MARKED_GUEST(TRANSIENT, MACHINE_ID(ID("2")) "," DBUS_ID(ID("2"))),
      MARKED_GUEST("", MACHINE_ID(ID("2")) "," DBUS_ID(ID("2"))),
  };
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  for (size_t i = 0; i < G_N_ELEMENTS(streams); i++) {
    g_autofree char *stream =
        g_strconcat(COLLECTION HYPERVISOR DOMAIN(UUID_1, "a"), streams[i], END(1, 0, 1), NULL);
    ledger_fixture_fill(fixture, stream);
  }
  g_array_unref(prune(fixture, 3, false));
  ledger_fixture_expect(fixture,
                        "SELECT kind, substr(value, 1, 1), since_scan FROM identity_fact"
                        " ORDER BY kind, since_scan",
                        "dbus-machine-id|1|1 / dbus-machine-id|2|2 / machine-id|2|2");
  ledger_fixture_expect(fixture, "SELECT since_scan, marks FROM root_fact",
                        "1|transient-machine-id / 3|-");
}

/* Keys are enforced again afterwards. */
static void
test_keys_are_on(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_life_new();

  g_array_unref(prune(fixture, 3, false));
  ledger_fixture_expect(fixture, "PRAGMA foreign_keys", "1");
  g_assert_cmpint(sqlite3_exec(ledger_db(fixture->ledger), "DELETE FROM scan", NULL, NULL, NULL) &
                      0xff,
                  ==, SQLITE_CONSTRAINT);
}

static void
test_vacuum(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_life_new();
  g_autofree char *before = ledger_life_dump(fixture->ledger, LEDGER_LIFE_ALL);
  GError *error = NULL;

  prune_vacuum(ledger_db(fixture->ledger), &error);
  g_assert_no_error(error);
  g_autofree char *after = ledger_life_dump(fixture->ledger, LEDGER_LIFE_ALL);
  g_assert_cmpstr(after, ==, before);
  g_assert_cmpint(
      sqlite3_exec(ledger_db(fixture->ledger), "ATTACH ':memory:' AS x", NULL, NULL, NULL), ==,
      SQLITE_ERROR);
}

/* A table with history that nobody prunes would grow for ever; the journal of changes must. */
static void
test_every_table(void)
{
  static const char SELECT_TABLES[] =
      "SELECT group_concat(name, ' ')\n"
      "  FROM (SELECT s.name\n"
      "          FROM sqlite_schema AS s\n"
      "         WHERE s.type = 'table'\n"
      "           AND EXISTS (SELECT 1 FROM pragma_table_info(s.name)\n"
      "                        WHERE name IN ('until_scan', 'until_audit'))\n"
      "         ORDER BY s.name)";
  g_autoptr(LedgerFixture) fixture = ledger_life_new();
  g_autofree char *names = ledger_fixture_query(fixture, SELECT_TABLES);
  g_auto(GStrv) tables = g_strsplit(names, " ", -1);
  g_autoptr(GArray) counts = prune(fixture, 1, true);

  g_assert_cmpuint(g_strv_length(tables), >=, 11);
  for (guint i = 0; i < counts->len; i++) {
    const char *name = g_array_index(counts, struct prune_count, i).table;

    g_assert_false(g_str_has_prefix(name, "change"));
  }
  for (char **table = tables; *table; table++) {
    bool known = false;

    for (guint i = 0; i < counts->len; i++)
      known |= strcmp(g_array_index(counts, struct prune_count, i).table, *table) == 0;
    if (!known)
      g_error("nobody prunes %s", *table);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (gint64 scan_id = 1; scan_id <= (gint64)ledger_life_scans; scan_id++) {
    g_autofree char *path = g_strdup_printf("/store/prune/views-stay/%" G_GINT64_FORMAT, scan_id);
    g_test_add_data_func(path, GINT_TO_POINTER((int)scan_id), test_views_stay);
  }
  g_test_add_func("/store/prune/keep-all", test_keep_all);
  g_test_add_func("/store/prune/forgets", test_forgets);
  g_test_add_func("/store/prune/forgets-holders", test_forgets_holders);
  g_test_add_func("/store/prune/remembers-ids", test_remembers_ids);
  g_test_add_func("/store/prune/before-the-audit", test_before_the_audit);
  g_test_add_func("/store/prune/named-image", test_named_image);
  g_test_add_func("/store/prune/transient-id", test_transient_id);
  g_test_add_func("/store/prune/keys-are-on", test_keys_are_on);
  g_test_add_func("/store/prune/vacuum", test_vacuum);
  g_test_add_func("/store/prune/every-table", test_every_table);
  return g_test_run();
}
