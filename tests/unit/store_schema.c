/* SPDX-License-Identifier: Apache-2.0 */
/* The views: as docs/schema.md describes them, and answered by the indexes they are made for. */
#include "ledger_fixture.h"

#include <string.h>

#define DOCUMENT "../../docs/schema.md" /* tests run in tests/data */

/* The name between the first pair of backquotes of a line. */
static char *
quoted(const char *line)
{
  const char *begin = strchr(line, '`');

  g_assert_nonnull(begin);
  return g_strndup(begin + 1, strcspn(begin + 1, "`"));
}

/* Of every view in the document, in its order: "name: column column …". */
static GPtrArray *
read_document(void)
{
  g_autofree char *text = NULL;
  GPtrArray *views = g_ptr_array_new_with_free_func(g_free);
  GString *view = NULL;
  GError *error = NULL;

  g_file_get_contents(DOCUMENT, &text, NULL, &error);
  g_assert_no_error(error);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (char **line = lines; *line; line++) {
    g_autofree char *name = strchr(*line, '`') ? quoted(*line) : NULL;

    if (g_str_has_prefix(*line, "## ")) {
      if (view)
        g_ptr_array_add(views, g_string_free(view, FALSE));
      view = g_string_new(name);
      g_string_append_c(view, ':');
    } else if (g_str_has_prefix(*line, "| `")) {
      g_string_append_printf(view, " %s", name);
    }
  }
  g_ptr_array_add(views, g_string_free(view, FALSE));
  return views;
}

static const char SELECT_VIEWS[] =
    "SELECT v.name || ': ' || (SELECT group_concat(name, ' ')\n"
    "                           FROM (SELECT name FROM pragma_table_info(v.name) ORDER BY cid))\n"
    "  FROM sqlite_schema AS v\n"
    " WHERE v.type = 'view'";

static void
test_document(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autofree char *text = ledger_fixture_query(fixture, SELECT_VIEWS);
  g_auto(GStrv) real = g_strsplit(text, " / ", -1);
  g_autoptr(GPtrArray) described = read_document();

  for (guint i = 0; i < described->len; i++)
    if (!g_strv_contains((const char *const *)real, described->pdata[i]))
      g_error("no view has exactly these columns: %s", (const char *)described->pdata[i]);
  g_assert_cmpuint(g_strv_length(real), ==, described->len);
}

/* Of the fixed names, the columns that were promised, first and in this order. */
static void
test_promise(void)
{
  static const char *const promises[] = {
      "hypervisors: hypervisor_id name uri hostname driver libvirt_version last_scan_at "
      "last_status "
      "last_error",
      "domains: domain_id hypervisor uuid name state virt_type os_type virtualization arch machine "
      "vcpus memory_kib is_template first_seen last_seen",
      "disks: domain_id domain target bus device image_path declared_format format provisioning "
      "virtual_size allocated backing_path chain_depth",
      "images: image_id hypervisor path format virtual_size apparent_size allocated provisioning "
      "backing_path used_by_count",
      "guests: domain_id domain road status detail hostname os_id os_version read_at",
      "identities: domain_id domain kind value state source since",
      "machine_ids: domain_id domain hypervisor machine_id machine_id_state dbus_machine_id "
      "dbus_state "
      "dbus_link",
      "ssh_host_keys: domain_id domain algorithm bits fingerprint comment path",
      "authorized_keys: domain_id domain user uid algorithm bits fingerprint options comment "
      "key_file "
      "line effective",
      "findings: finding_id rule severity status subject domain title detail evidence first_seen "
      "last_seen",
      "changes: change_id at actor action domain target before_hash after_hash state undo_of",
  };
  g_autoptr(GPtrArray) described = read_document();

  for (size_t i = 0; i < G_N_ELEMENTS(promises); i++) {
    bool kept = false;

    for (guint j = 0; j < described->len; j++)
      kept |= g_str_has_prefix(described->pdata[j], promises[i]);
    if (!kept)
      g_error("not kept: %s", promises[i]);
  }
}

static void
expect_plan(struct ledger_fixture *fixture, const char *sql, const char *part)
{
  g_autofree char *explain = g_strconcat("EXPLAIN QUERY PLAN ", sql, NULL);
  g_autofree char *plan = ledger_fixture_query(fixture, explain);

  if (!strstr(plan, part))
    g_error("%s: the plan is %s", sql, plan);
}

/* Who shares a machine ID, or another identity, or a host key is answered by an index alone. */
static void
test_grouping(void)
{
  static const char all[] = "SELECT value FROM identity_fact"
                            " WHERE until_scan IS NULL AND value IS NOT NULL"
                            " AND kind IN ('machine-id', 'dbus-machine-id')"
                            " GROUP BY value HAVING min(domain_id) <> max(domain_id)";
  static const char shared[] = "SELECT value FROM identity_fact"
                               " WHERE until_scan IS NULL AND shared = 1"
                               " AND kind IN ('machine-id', 'dbus-machine-id')"
                               " AND kind IN ('machine-id', 'dbus-machine-id')"
                               " GROUP BY value HAVING min(domain_id) <> max(domain_id)";
  static const char ended[] = "SELECT DISTINCT root_id, kind, path FROM identity_fact"
                              " WHERE until_scan IS NOT NULL AND value IS NOT NULL"
                              " AND kind IN ('machine-id', 'dbus-machine-id')";
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  expect_plan(fixture, ended, "USING COVERING INDEX identity_fact_ended");
  expect_plan(fixture, all, "USING COVERING INDEX identity_fact_machine_id");
  expect_plan(fixture, shared, "USING COVERING INDEX identity_fact_shared");
  expect_plan(fixture, "SELECT * FROM shared_machine_ids", "USING INDEX identity_fact_shared");
  expect_plan(fixture, "SELECT * FROM duplicate_host_keys",
              "USING COVERING INDEX host_key_fact_shared");
  expect_plan(fixture, "SELECT * FROM duplicate_identities",
              "USING COVERING INDEX identity_fact_other_shared");
}

/* A name finds a domain, and an image its disks, without reading a table through. */
static void
test_lookups(void)
{
  static const struct {
    const char *sql, *index;
  } lookups[] = {
      {"SELECT * FROM domain_fact WHERE name = ? AND until_scan IS NULL", "domain_fact_by_name"},
      {"SELECT * FROM disk_fact WHERE image_path = ? AND until_scan IS NULL", "disk_fact_by_image"},
      {"SELECT * FROM image_fact WHERE backing_image = ? AND until_scan IS NULL",
       "image_fact_by_backing"},
      {"SELECT max(scan_id) FROM scan WHERE hypervisor_id = ?", "scan_by_hypervisor"},
  };
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  for (size_t i = 0; i < G_N_ELEMENTS(lookups); i++)
    expect_plan(fixture, lookups[i].sql, lookups[i].index);
}

/* Of one guest or system, what counts is looked up: no table is read through. */
static void
test_effective_lookups(void)
{
  static const char *const lookups[] = {
      "SELECT * FROM effective_guests WHERE domain_id = ?",
      "SELECT * FROM effective_roots WHERE root_id = ?",
      "SELECT * FROM systems WHERE root_id = ?",
      "SELECT * FROM systems WHERE domain_id = ?",
      "SELECT * FROM next_machine_ids WHERE root_id = ?",
      "SELECT * FROM machine_ids WHERE domain_id = ?",
      "SELECT * FROM key_guests WHERE domain_id = ?",
      "SELECT * FROM key_systems WHERE root_id = ?",
      "SELECT * FROM key_systems WHERE domain_id = ?",
      "SELECT * FROM sshd_configs WHERE domain_id = ?",
      "SELECT * FROM ssh_host_keys WHERE domain_id = ?",
      "SELECT * FROM accounts WHERE domain_id = ?",
      "SELECT * FROM authorized_keys WHERE domain_id = ?",
      "SELECT * FROM authorized_keys WHERE fingerprint = ?",
      "SELECT * FROM key_sources WHERE domain_id = ?",
      "SELECT * FROM cloud_init WHERE domain_id = ?",
      "SELECT * FROM twins WHERE domain_id = ? AND twin_id = ?",
  };
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  for (size_t i = 0; i < G_N_ELEMENTS(lookups); i++) {
    g_autofree char *explain = g_strconcat("EXPLAIN QUERY PLAN ", lookups[i], NULL);
    g_autofree char *plan = ledger_fixture_query(fixture, explain);

    if (strstr(plan, "SCAN"))
      g_error("%s: the plan is %s", lookups[i], plan);
  }
}

/* Every view of a ledger with something in it can be read, in a schema that is not trusted. */
static void
test_views_answer(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  ledger_fixture_fill(
      fixture, COLLECTION HYPERVISOR DOMAIN_WITH(UUID_1, "a", ",\"disks\":[" DISK("vda", "/a") "]")
                   DOMAIN(UUID_2, "b") IMAGE_WITH("/a", ",\"backing_image\":\"/b\"") IMAGE("/b")
                       GUEST(UUID_1, "0123456789abcdef0123456789abcdef")
                           GUEST(UUID_2, "0123456789abcdef0123456789abcdef") END(2, 2, 2));
  g_autofree char *names =
      ledger_fixture_query(fixture, "SELECT name FROM sqlite_schema WHERE type = 'view'");
  g_auto(GStrv) views = g_strsplit(names, " / ", -1);

  for (char **view = views; *view; view++) {
    g_autofree char *sql = g_strdup_printf("SELECT * FROM %s", *view);
    g_free(ledger_fixture_query(fixture, sql));
  }
  ledger_fixture_expect(fixture, "SELECT * FROM shared_machine_ids",
                        "0123456789abcdef0123456789abcdef|2");
  ledger_fixture_expect(fixture, "SELECT depth, path FROM chains ORDER BY depth", "0|/a / 1|/b");
  ledger_fixture_expect(fixture, "SELECT path, used_by_count FROM images ORDER BY path",
                        "/a|1 / /b|1");
  ledger_fixture_expect(fixture, "SELECT first_seen, last_seen FROM domains WHERE name = 'a'",
                        "1970-01-01T00:16:40Z|1970-01-01T00:16:40Z");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/store/schema/document", test_document);
  g_test_add_func("/store/schema/promise", test_promise);
  g_test_add_func("/store/schema/grouping", test_grouping);
  g_test_add_func("/store/schema/lookups", test_lookups);
  g_test_add_func("/store/schema/effective-lookups", test_effective_lookups);
  g_test_add_func("/store/schema/views-answer", test_views_answer);
  return g_test_run();
}
