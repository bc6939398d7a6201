/* SPDX-License-Identifier: Apache-2.0 */
/* Streams that break a rule: refused whole, with a message and a row that say why. */
#include "ledger_fixture.h"

#include <jansson.h>
#include <string.h>

struct refusal {
  const char *name, *text, *part;
};

#define BEGIN COLLECTION HYPERVISOR

static const struct refusal refusals[] = {
    {"nothing-known", DOMAIN(UUID_1, "a"), "line 1: a stream begins with a collection"},
    {"begins-with-end", END(0, 0, 0), "line 1: a stream begins with a collection"},
    {"version-0", "{\"kind\":\"collection\",\"version\":0,\"tool\":\"t\",\"uri\":\"u\",\"at\":1}\n",
     "line 1: it is of a version"},
    {"version", "{\"kind\":\"collection\",\"version\":4,\"tool\":\"t\",\"uri\":\"u\",\"at\":1}\n",
     "line 1: it is of a version"},
    {"no-hypervisor", COLLECTION DOMAIN(UUID_1, "a"), "line 2: it comes before the hypervisor"},
    {"image-no-hypervisor", COLLECTION IMAGE("/a"), "line 2: it comes before the hypervisor"},
    {"gone-no-hypervisor", COLLECTION GONE(UUID_1), "line 2: it comes before the hypervisor"},
    {"gone-uuid", BEGIN GONE("web"), "line 3: its uuid"},
    {"guest-of-gone", BEGIN GONE(UUID_1) DOMAIN(UUID_2, "b") GUEST_WITH(UUID_1, "running", ""),
     "line 5: its domain does not come before it"},
    {"gone-named", BEGIN DOMAIN(UUID_1, "a") GONE(UUID_1), "line 4: it is the second fact"},
    {"two-hypervisors", BEGIN HYPERVISOR, "line 3: it is the second hypervisor"},
    {"empty-hostname", COLLECTION HYPERVISOR_OF(""), "line 2: its driver, hostname or scope"},
    {"host-uuid",
     COLLECTION "{\"kind\":\"hypervisor\",\"driver\":\"QEMU\",\"hostname\":\"a\",\"scope\":\"s\","
                "\"host_uuid\":\"none\"}\n",
     "line 2: its host_uuid"},
    {"uuid-upper-case", BEGIN DOMAIN("AAAAAAAA-1111-4111-8111-111111111111", "a"),
     "line 3: its uuid"},
    {"uuid-no-dashes", BEGIN DOMAIN("11111111111141118111111111111111", "a"), "line 3: its uuid"},
    {"uuid-not-hex", BEGIN DOMAIN("1111111g-1111-4111-8111-111111111111", "a"), "line 3: its uuid"},
    {"domain-twice", BEGIN DOMAIN(UUID_1, "a") DOMAIN(UUID_2, "b") DOMAIN(UUID_1, "a"),
     "line 5: it is the second fact"},
    {"image-twice", BEGIN IMAGE("/a") IMAGE_WITH("/a", ",\"format\":\"raw\""),
     "line 4: it is the second fact"},
    {"guest-twice",
     BEGIN DOMAIN(UUID_1, "a") GUEST_WITH(UUID_1, "running", "") GUEST_WITH(UUID_1, "saved", ""),
     "line 5: it is the second fact"},
    {"guest-without-domain", BEGIN GUEST_WITH(UUID_1, "running", ""),
     "its domain does not come before it"},
    {"roots-of-a-failure",
     BEGIN DOMAIN(UUID_1, "a") GUEST_WITH(UUID_1, "corrupt", ROOT("vda1", "")),
     "it has roots, and yet was not read"},
    {"two-disks",
     BEGIN DOMAIN_WITH(UUID_1, "a", ",\"disks\":[" DISK("vda", "/a") "," DISK("vda", "/b") "]"),
     "two disks with one target"},
    {"two-roots",
     BEGIN DOMAIN(UUID_1, "a") GUEST_WITH(UUID_1, "ok", ROOT("vda1", "") "," ROOT("vda1", "")),
     "two roots with one name"},
    {"two-identities",
     BEGIN DOMAIN(UUID_1, "a")
         GUEST_WITH(UUID_1, "ok", ROOT("vda1", MACHINE_ID("a") "," MACHINE_ID("b"))),
     "two identities with one kind and path"},
    {"counts", BEGIN DOMAIN(UUID_1, "a") END(2, 0, 0), "line 4: it counts other facts"},
    {"counts-of-images", BEGIN IMAGE("/a") END(0, 0, 0), "it counts other facts"},
    {"counts-of-guests", BEGIN DOMAIN(UUID_1, "a") GUEST_WITH(UUID_1, "running", "") END(1, 0, 0),
     "it counts other facts"},
    {"complete-without-hypervisor", COLLECTION END(0, 0, 0), "is not complete"},
    {"after-end", BEGIN END(0, 0, 0) DOMAIN(UUID_1, "a"), "line 4: a stream begins"},
    {"end-after-end", BEGIN END(0, 0, 0) END(0, 0, 0), "line 4: a stream begins"},
    {"unknown-end", BEGIN END_OF("perfect", 0, 0, 0), "\"status\" is not one of its words"},
    {"unknown-kind", BEGIN "{\"kind\":\"secret\"}\n", "line 3: it has no known \"kind\""},
    {"no-kind", BEGIN "{}\n", "it has no known \"kind\""},
    {"unknown-key", BEGIN DOMAIN_WITH(UUID_1, "a", ",\"colour\":\"red\""), "does not know"},
    {"duplicate-key", BEGIN DOMAIN_WITH(UUID_1, "a", ",\"name\":\"b\""),
     "it is not JSON: duplicate"},
    {"duplicate-kind", BEGIN DOMAIN_WITH(UUID_1, "a", ",\"kind\":\"image\""),
     "not JSON: duplicate"},
    {"missing-key", BEGIN "{\"kind\":\"domain\",\"uuid\":\"" UUID_1 "\",\"status\":\"ok\"}\n",
     "\"name\" is missing"},
    {"wrong-type", BEGIN DOMAIN_WITH(UUID_1, "a", ",\"vcpus\":\"2\""), "\"vcpus\" is not a whole"},
    {"negative", BEGIN DOMAIN_WITH(UUID_1, "a", ",\"vcpus\":-1"), "\"vcpus\" is not a whole"},
    {"too-large", BEGIN DOMAIN_WITH(UUID_1, "a", ",\"vcpus\":9223372036854775808"), "not JSON"},
    {"fraction", BEGIN DOMAIN_WITH(UUID_1, "a", ",\"vcpus\":1.5"), "\"vcpus\" is not a whole"},
    {"truth", BEGIN DOMAIN_WITH(UUID_1, "a", ",\"autostart\":1"), "neither true nor false"},
    {"nul", BEGIN DOMAIN(UUID_1, "a\\u0000b"), "not JSON"},
    {"invalid-utf-8", BEGIN DOMAIN(UUID_1, "a\xff"), "not JSON"},
    {"surrogate", BEGIN DOMAIN(UUID_1, "a\\ud800"), "not JSON"},
    {"escape-in-error", BEGIN "\x1b[2J\n", "line 3: it is not JSON: '[' or '{' expected near"},
    {"two-values", BEGIN "{} {}\n", "not JSON"},
    {"array", BEGIN "[]\n", "it has no known \"kind\""},
    {"empty-line", BEGIN "\n", "line 3: it is not JSON"},
    {"glued", COLLECTION "{\"kind\":\"hyper" COLLECTION, "line 2: it is not JSON"},
};

static const char COUNT_ALL[] =
    "SELECT (SELECT count(*) FROM hypervisor), (SELECT count(*) FROM domain),\n"
    "       (SELECT count(*) FROM image), (SELECT count(*) FROM guest),\n"
    "       (SELECT group_concat(status, ',') FROM (SELECT status FROM scan ORDER BY scan_id))";

static void
test_refusal(gconstpointer data)
{
  const struct refusal *refusal = data;
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  const bool is_second = strstr(refusal->name, "after") != NULL;

  ledger_fixture_refuse(fixture, refusal->text, refusal->part);
  ledger_fixture_expect(fixture, COUNT_ALL,
                        is_second ? "1|0|0|0|complete,stream-refused" : "0|0|0|0|stream-refused");
}

static void
test_error_is_kept(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ledger_fixture_refuse(fixture, BEGIN "\x1b[2J\n", "line 3");
  ledger_fixture_expect(fixture,
                        "SELECT uri, instr(error, 'line 3: it is not JSON'), instr(error, "
                        "char(27)), hypervisor_id FROM scans",
                        "qemu:///system|1|0|-");
}

/* It touches nothing of what an earlier one said; the hypervisor is known by its URI. */
static void
test_ledger_stays(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  ledger_fixture_fill(fixture, BEGIN DOMAIN(UUID_1, "a") END(1, 0, 0));
  g_autofree char *before = ledger_fixture_dump(fixture);

  ledger_fixture_refuse(fixture, BEGIN DOMAIN(UUID_1, "z") DOMAIN(UUID_2, "b") "{\"kind\":\"x\"}\n",
                        "line 5");
  g_autofree char *after = ledger_fixture_dump(fixture);
  g_assert_cmpstr(before, ==, after);
  ledger_fixture_expect(fixture, "SELECT hypervisor_id, last_status FROM hypervisors",
                        "1|stream-refused");
}

/* The streams before a refused one stay. */
static void
test_earlier_streams_stay(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();

  ledger_fixture_refuse(fixture,
                        BEGIN DOMAIN(UUID_1, "a") END(1, 0, 0) COLLECTION_OF("test:///default")
                            HYPERVISOR_OF("beta") "{}\n",
                        "line 7: ");
  ledger_fixture_expect(fixture, "SELECT hypervisor, name FROM domains", "qemu://alpha/system|a");
}

static void
test_long_line(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autofree char *long_name = g_strnfill(33 << 20, 'a');
  g_autofree char *text = g_strconcat(BEGIN "{\"kind\":\"note\",\"subject\":\"", long_name, NULL);

  ledger_fixture_refuse(fixture, text, "line 3 is longer than 32 MiB");
}

static void
test_limits(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autofree char *most = g_strnfill(4096, 'a');
  g_autofree char *fits = g_strdup_printf(BEGIN DOMAIN(UUID_1, "%s") END(1, 0, 0), most);
  g_autofree char *more = g_strdup_printf(BEGIN DOMAIN(UUID_2, "%sb") END(1, 0, 0), most);
  g_autoptr(IngestResult) result = ledger_fixture_ingest(fixture, fits);

  g_assert_cmpuint(result->domains, ==, 1);
  ledger_fixture_refuse(fixture, more, "\"name\" is too long");
}

/* Without an end, or with a last line that was cut: kept, as partial. */
static void
test_cut(void)
{
  static const char *const texts[] = {
      BEGIN DOMAIN(UUID_1, "a"),
      BEGIN DOMAIN(UUID_1, "a") "{\"kind\":\"dom",
      BEGIN DOMAIN(UUID_1,
                   "a") "{\"kind\":\"end\",\"status\":\"complete\",\"domains\":1,\"images\":0,"
                        "\"guests\":0}",
  };

  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
    g_autoptr(IngestResult) result = ledger_fixture_ingest(fixture, texts[i]);

    g_assert_true(result->cut);
    g_assert_cmpstr(result->status, ==, "partial");
    g_assert_cmpstr(result->hypervisor, ==, "qemu://alpha/system");
    ledger_fixture_expect(fixture, "SELECT name FROM domains", "a");
  }
}

/* Two streams in one file, the first without its end. */
static void
test_cut_then_next(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autoptr(IngestResult) result = ledger_fixture_ingest(
      fixture, BEGIN DOMAIN(UUID_1, "a") BEGIN DOMAIN(UUID_2, "b") END(1, 0, 0));

  g_assert_false(result->cut);
  ledger_fixture_expect(fixture, "SELECT status, domains FROM scans", "partial|1 / complete|1");
  ledger_fixture_expect(fixture, "SELECT name FROM domains", "b");
}

static void
test_nothing(void)
{
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  FILE *in = fopen("/dev/null", "r");
  GError *error = NULL;
  g_autoptr(GPtrArray) results = ingest_streams(fixture->ledger, in, NULL, &error);

  g_assert_no_error(error);
  g_assert_cmpuint(results->len, ==, 0);
  fclose(in);
}

/* Keys in another order are as good: the line is just not recognised before it is parsed. */
static void
test_other_order(void)
{
  static const char text[] = BEGIN
      "{\"name\":\"a\",\"status\":\"ok\",\"uuid\":\"" UUID_1 "\",\"kind\":\"domain\"}\n"
      "{\"kind\":\"domain\", \"name\":\"" UUID_1 "\",\"uuid\":\"" UUID_2 "\",\"status\":\"ok\"}\n"
      "{\"kind\":\"domain\",\"name\":\"" UUID_1 "\",\"uuid\":\"" UUID_3
      "\",\"status\":\"ok\"}\n" END(3, 0, 0);
  g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
  g_autoptr(IngestResult) first = ledger_fixture_ingest(fixture, text);
  g_autoptr(IngestResult) second = ledger_fixture_ingest(fixture, text);

  g_assert_cmpuint(first->opened, ==, 4); /* the hypervisor's fact, too */
  g_assert_cmpuint(second->opened + second->closed, ==, 0);
  ledger_fixture_expect(fixture, "SELECT uuid FROM domain ORDER BY uuid",
                        UUID_1 " / " UUID_2 " / " UUID_3);
}

/* Whatever a guest calls itself is a value. */
static void
test_hostile_names(void)
{
  static const char *const names[] = {
      "'); DROP TABLE domain; --",
      "a\\nb",
      "\\u001b[2Jx",
      "\\u202eevil",
      "\\\"quoted\\\"",
      ":name",
      "?1",
      "%s%n",
      "=1+1",
      "\xf0\x9f\x90\xa7",
      "x' UNION SELECT 1 --",
      "\\\\",
      "",
      "NULL",
      "\\u007f\\u0085",
  };

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autoptr(LedgerFixture) fixture = ledger_fixture_new();
    g_autofree char *text = g_strdup_printf(BEGIN DOMAIN(UUID_1, "%s") END(1, 0, 0), names[i]);
    g_autofree char *json = g_strdup_printf("[\"%s\"]", names[i]);
    json_t *expected = json_loads(json, 0, NULL);
    g_autoptr(IngestResult) result = ledger_fixture_ingest(fixture, text);

    g_assert_cmpuint(result->domains, ==, 1);
    ledger_fixture_expect(fixture, "SELECT name FROM domains",
                          json_string_value(json_array_get(expected, 0)));
    json_decref(expected);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
    g_autofree char *path = g_strconcat("/store/refuse/", refusals[i].name, NULL);
    g_test_add_data_func(path, &refusals[i], test_refusal);
  }
  g_test_add_func("/store/refuse/error-is-kept", test_error_is_kept);
  g_test_add_func("/store/refuse/ledger-stays", test_ledger_stays);
  g_test_add_func("/store/refuse/earlier-streams-stay", test_earlier_streams_stay);
  g_test_add_func("/store/refuse/long-line", test_long_line);
  g_test_add_func("/store/stream/limits", test_limits);
  g_test_add_func("/store/stream/cut", test_cut);
  g_test_add_func("/store/stream/cut-then-next", test_cut_then_next);
  g_test_add_func("/store/stream/nothing", test_nothing);
  g_test_add_func("/store/stream/other-order", test_other_order);
  g_test_add_func("/store/stream/hostile-names", test_hostile_names);
  return g_test_run();
}
