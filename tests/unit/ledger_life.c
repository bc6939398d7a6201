/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a fleet. */
#include "ledger_life.h"

#include "ledger_keys.h"
#include "store/as_of.h"
#include "store/findings.h"

#include <string.h>

#define BEGIN       COLLECTION HYPERVISOR
#define ID_1        "0123456789abcdef0123456789abcdef"
#define ID_2        "fedcba9876543210fedcba9876543210"
#define DISKS(list) ",\"disks\":[" list "]"

/* Guests with keys and what else there is: twice the same host key, a user that comes and goes. */
#define KEYED(uuid, id, more, seeds)                                                               \
  GUEST_BY(uuid, "disk", "ok", ROOT_WITH("vda1", IDENTITIES(MACHINE_ID(id)) more), seeds)
#define LOGINS(login, key, line)                                                                   \
  SSHD(",\"enabled\":" login)                                                                      \
  ACCOUNTS(ACCOUNT("root", 0, "yes"))                                                              \
  AUTHORIZED_KEYS(AUTHORIZED_KEY("root", "K1") "," AUTHORIZED_KEY_AT("root", "/k", key, line))     \
  KEY_SOURCES(KEY_SOURCE("", "AuthorizedKeysCommand /" key))
#define SEED_OF(user)                                                                              \
  SEED_WITH("volume vdc", ",\"instance_id\":\"i-1\"" SEED_USERS(SEED_USER(user))                   \
                              SEED_KEYS(SEED_KEY(user, "K1")))
#define DECLARES(user) ",\"seeds\":[" SEED_WITH("smbios-serial", SEED_USERS(SEED_USER(user))) "]"

/* Each scan is followed by an audit. */
static const struct step {
  const char *stream;
  const char *severity; /* of what it finds; NULL: nothing */
} steps[] = {
    {BEGIN DOMAIN_WITH(UUID_1, "a", DISKS(DISK("vda", "/a")) DECLARES("x")) IMAGE("/a")
         KEYED(UUID_1, ID_1, HOST_KEYS(HOST_KEY("/h", "H1")) LOGINS("true", "K2", 1), SEED_OF("u"))
             END(1, 1, 1),
     NULL},
    {BEGIN DOMAIN_WITH(UUID_1, "a", DISKS(DISK("vda", "/a") "," DISK("vdb", "/b")) DECLARES("y"))
         DOMAIN(UUID_2, "b") IMAGE("/a") IMAGE_WITH("/b", ",\"backing_image\":\"/a\"")
             KEYED(UUID_1, ID_1,
                   HOST_KEYS(HOST_KEY("/h", "H1")) LOGINS("true", "K2", 2) CLOUD_INIT("i-1"),
                   SEED_OF("u"))
                 KEYED(UUID_2, ID_1,
                       HOST_KEYS(HOST_KEY("/h", "H1")) LOGINS("false", "K3", 1) CLOUD_INIT("i-1"),
                       SEED_OF("v")) END(2, 2, 2),
     "high"},
    {BEGIN DOMAIN_WITH(UUID_1, "renamed", ",\"state\":\"running\"" DISKS(DISK("vda", "/b")))
         DOMAIN(UUID_2, "b") IMAGE("/b") GUEST_BY(UUID_1, "disk", "running", "", SEED_OF("w"))
             KEYED(UUID_2, ID_2,
                   HOST_KEYS(HOST_KEY("/h", "H2")) LOGINS("true", "K3", 3) CLOUD_INIT("i-2"),
                   SEED_OF("v")) END(2, 1, 2),
     "low"},
    {COLLECTION_OF("qemu+ssh://beta/system") HYPERVISOR_OF("beta") DOMAIN(UUID_3, "c") END(1, 0, 0),
     "low"},
    {COLLECTION_OF("qemu+ssh://gamma/system") END_OF("refused", 0, 0, 0), NULL},
    {BEGIN DOMAIN(UUID_2, "b") KEYED(UUID_2, ID_1, CLOUD_INIT("i-3"), "") END(1, 0, 1), NULL},
    {BEGIN DOMAIN_WITH(UUID_1, "a", DISKS(DISK("vda", "/a"))) IMAGE("/a") END(1, 1, 0), "info"},
    /* A twin of the first host: from now on, both are called by their UUIDs, too. */
    {COLLECTION_OF("qemu+ssh://other/system") "{\"kind\":\"hypervisor\",\"driver\":\"QEMU\","
                                              "\"hostname\":\"beta\",\"scope\":\"system\","
                                              "\"host_uuid\":\"" UUID_1 "\"}\n" DOMAIN(UUID_3, "c")
                                                  END(1, 0, 0),
     "info"},
    /* Scans that find nothing new, but are the last that saw what they saw. */
    {COLLECTION_OF("qemu+ssh://beta/system") HYPERVISOR_OF("beta") DOMAIN(UUID_3, "c") END(1, 0, 0),
     "info"},
    {BEGIN DOMAIN(UUID_1, "a") KEYED(UUID_1, ID_1, HOST_KEYS(HOST_KEY("/h", "H3")), "")
         END(1, 0, 1),
     "info"},
    {BEGIN DOMAIN(UUID_1, "a") KEYED(UUID_1, ID_1, HOST_KEYS(HOST_KEY("/h", "H3")), "")
         END(1, 0, 1),
     "info"},
    {BEGIN DOMAIN(UUID_1, "a") GUEST_WITH(UUID_1, "running", "") END(1, 0, 1), "info"},
    {BEGIN DOMAIN(UUID_1, "a") GUEST_WITH(UUID_1, "running", "") END(1, 0, 1), "info"},
};

const size_t ledger_life_scans = G_N_ELEMENTS(steps);

/* Both findings of an audit: one is about a domain, one about several. */
static void
find_two(struct findings *findings, const char *severity)
{
  struct finding finding = {
      .rule = "r",
      .severity = severity,
      .title = "t",
      .subject = "one",
      .domain_id = 1,
      .detail = "d",
      .evidence = "{}",
  };
  GError *error = NULL;

  findings_add(findings, &finding, &error);
  g_assert_no_error(error);
  finding.subject = "several";
  finding.domain_id = 0;
  findings_add(findings, &finding, &error);
  g_assert_no_error(error);
}

static void
audit(struct ledger_fixture *fixture, const char *severity)
{
  struct findings_summary summary;
  GError *error = NULL;
  struct findings *findings = findings_begin(fixture->ledger, 1, &error);

  g_assert_no_error(error);
  if (severity)
    find_two(findings, severity);
  findings_commit(findings, &summary, &error);
  g_assert_no_error(error);
  findings_free(findings);
}

void
ledger_life_audit(struct ledger_fixture *fixture)
{
  audit(fixture, NULL);
}

/* The clock of whoever collected is right, too. */
void
ledger_life_scan(struct ledger_fixture *fixture, size_t number)
{
  g_autofree char *clock =
      g_strdup_printf("%zu", LEDGER_LIFE_BEGIN + (number - 1) * LEDGER_LIFE_DAY);
  g_autofree char *at = g_strconcat("\"at\":", clock, NULL);
  g_autoptr(GString) stream = g_string_new(steps[number - 1].stream);

  g_string_replace(stream, "\"at\":1000", at, 1);
  g_setenv("VIRT_LEDGER_CLOCK", clock, TRUE);
  ledger_fixture_fill(fixture, stream->str);
}

void
ledger_life_step(struct ledger_fixture *fixture, size_t number)
{
  ledger_life_scan(fixture, number);
  audit(fixture, steps[number - 1].severity);
}

struct ledger_fixture *
ledger_life_new(void)
{
  struct ledger_fixture *fixture = ledger_fixture_new();

  for (size_t number = 1; number <= ledger_life_scans; number++)
    ledger_life_step(fixture, number);
  return fixture;
}

struct ledger *
ledger_life_open(struct ledger_fixture *fixture)
{
  GError *error = NULL;
  struct ledger *ledger = ledger_open(fixture->path, LEDGER_READ, &error);

  g_assert_no_error(error);
  return ledger;
}

struct history_point
ledger_life_point(struct ledger *ledger, gint64 scan_id)
{
  const struct moment moment = {.scan_id = scan_id};
  struct history_point point;
  GError *error = NULL;

  history_find(ledger_db(ledger), &moment, &point, &error);
  g_assert_no_error(error);
  return point;
}

void
ledger_life_go(struct ledger *ledger, gint64 scan_id)
{
  const struct history_point point = ledger_life_point(ledger, scan_id);
  GError *error = NULL;

  as_of_go(ledger_db(ledger), &point, &error);
  g_assert_no_error(error);
}

static int
compare_lines(gconstpointer one, gconstpointer other)
{
  return strcmp(*(char *const *)one, *(char *const *)other);
}

/* Of the views that also hold what is over: rows that stand. */
static const struct {
  const char *view, *condition;
} standing[] = {
    {"scans", " WHERE 0"},
    {"findings", " WHERE status = 'open'"},
    {"used_images", " WHERE user_count > 0"},
};

static const char *
condition_of(const char *view, enum ledger_life_views views)
{
  for (size_t i = 0; i < G_N_ELEMENTS(standing); i++)
    if (views == LEDGER_LIFE_STANDING && strcmp(standing[i].view, view) == 0)
      return standing[i].condition;
  return "";
}

char *
ledger_life_dump(struct ledger *ledger, enum ledger_life_views views)
{
  struct ledger_fixture look = {.ledger = ledger};
  g_autofree char *names =
      ledger_fixture_query(&look, "SELECT name FROM main.sqlite_schema WHERE type = 'view'");
  g_auto(GStrv) list = g_strsplit(names, " / ", -1);
  g_autoptr(GString) text = g_string_new(NULL);

  for (char **view = list; *view; view++) {
    g_autofree char *sql = g_strconcat("SELECT * FROM ", *view, condition_of(*view, views), NULL);
    g_autofree char *rows = ledger_fixture_query(&look, sql);
    g_auto(GStrv) lines = g_strsplit(rows, " / ", -1);

    qsort(lines, g_strv_length(lines), sizeof *lines, compare_lines);
    g_autofree char *sorted = g_strjoinv("\n  ", lines);
    g_string_append_printf(text, "%s\n  %s\n", *view, sorted);
  }
  return g_strdup(text->str);
}
