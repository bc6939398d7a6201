/* SPDX-License-Identifier: Apache-2.0 */
/* virt-ledger accept: what a guest has today is what it is to have. */
#include "cmd/accept_keys.h"
#include "cmd/lookup.h"
#include "cmd/nearest.h"
#include "cmd/open.h"
#include "cmd/output/message.h"
#include "store/sql.h"

struct accept_options {
  bool keys, withdraw, dry_run;
  char *reason;
};

#define AT(member) offsetof(struct accept_options, member)
static const struct verb_option options[] = {
    {"keys", 0, OPTION_FLAG, AT(keys), NULL, "the authorized keys"},
    {"reason", 0, OPTION_TEXT, AT(reason), "TEXT", "why, for those who read the findings"},
    {"withdraw", 0, OPTION_FLAG, AT(withdraw), NULL, "take back what was accepted"},
    {"dry-run", 'n', OPTION_FLAG, AT(dry_run), NULL, "only say what would be accepted"},
    {0},
};
#undef AT

static enum exit_status
fail(const struct globals *globals, const GError *error)
{
  message_error(globals, "%s", error->message);
  return EXIT_ERROR;
}

/* The names of all domains, new, ended by NULL. */
static char **
domain_names(sqlite3 *db)
{
  g_autoptr(Statement) names = sql_prepare(db, "SELECT DISTINCT name FROM domains", NULL);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

  while (names && sql_step(names, NULL) > 0)
    g_strv_builder_add(builder, (const char *)sqlite3_column_text(names, 0));
  return g_strv_builder_end(builder);
}

static void
refuse_domain(const struct globals *globals, sqlite3 *db, const char *word)
{
  g_auto(GStrv) names = domain_names(db);
  int nearest = nearest_word(word, (const char *const *)names, g_strv_length(names));

  if (nearest < 0)
    message_error(globals, "there is no domain '%s'", word);
  else
    message_error(globals, "there is no domain '%s'; did you mean '%s'?", word, names[nearest]);
}

/* The domains that the words mean: a new array of struct lookup_match. NULL after a message. */
static GPtrArray *
find_domains(const struct globals *globals, sqlite3 *db, char **words)
{
  g_autoptr(GPtrArray) found = lookup_matches_new();

  for (; *words; words++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) matches = lookup_domains(db, *words, NULL, &error);

    if (matches && matches->len > 0) {
      g_ptr_array_extend_and_steal(found, g_steal_pointer(&matches));
      continue;
    }
    if (matches)
      refuse_domain(globals, db, *words);
    else
      fail(globals, error);
    return NULL;
  }
  return g_steal_pointer(&found);
}

/* Whether a word before meant it, too. */
static bool
was_before(const GPtrArray *domains, guint place)
{
  const struct lookup_match *domain = domains->pdata[place];

  for (guint i = 0; i < place; i++)
    if (((const struct lookup_match *)domains->pdata[i])->domain_id == domain->domain_id)
      return true;
  return false;
}

static enum exit_status
accept_all(const struct accept_keys *accept, const GPtrArray *domains)
{
  guint counts[ACCEPT_OUTCOMES] = {0};

  for (guint i = 0; i < domains->len; i++) {
    g_autoptr(GError) error = NULL;

    if (was_before(domains, i))
      continue;
    enum accept_outcome outcome = accept_keys_of(accept, domains->pdata[i], &error);

    if (outcome == ACCEPT_FAILED)
      return fail(accept->globals, error);
    counts[outcome]++;
  }
  if (counts[ACCEPT_REFUSED] == 0)
    return EXIT_OK;
  return counts[ACCEPT_DONE] > 0 ? EXIT_PARTIAL : EXIT_ERROR;
}

/* All of it or, when it fails or is dry, nothing. */
static enum exit_status
accept(const struct accept_keys *accept, const GPtrArray *domains, bool dry_run)
{
  g_autoptr(GError) error = NULL;

  if (!sql_begin(accept->db, &error))
    return fail(accept->globals, error);
  enum exit_status status = accept_all(accept, domains);
  if (status != EXIT_ERROR && !dry_run && !sql_commit(accept->db, &error))
    status = fail(accept->globals, error);
  if (status == EXIT_ERROR || dry_run)
    sql_rollback(accept->db);
  if (status != EXIT_ERROR)
    message_note(accept->globals, dry_run ? "nothing was changed"
                                          : "findings follow at the next audit: virt-ledger audit");
  return status;
}

static enum exit_status
run(const struct globals *globals, gpointer data, char **arguments)
{
  const struct accept_options *chosen = data;

  if (!chosen->keys)
    return message_usage(globals, "accept", "accept: say what is accepted: --keys");
  if (chosen->withdraw && chosen->reason)
    return message_usage(globals, "accept", "accept: --withdraw keeps no --reason");
  g_autoptr(Ledger) ledger = open_existing(globals, LEDGER_WRITE);
  if (!ledger)
    return EXIT_ERROR;
  g_autoptr(GPtrArray) found = find_domains(globals, ledger_db(ledger), arguments);
  if (!found)
    return EXIT_ERROR;
  const struct accept_keys how =
      accept_keys_how(globals, ledger_db(ledger), chosen->reason, chosen->withdraw);
  return accept(&how, found, chosen->dry_run);
}

const struct verb verb_accept = {
    .name = "accept",
    .arguments = "DOMAIN…",
    .summary = "take a guest's keys as they are for right",
    .help =
        "Takes the authorized keys that each DOMAIN, by name or UUID, has as of its last reading\n"
        "for its baseline: what comes or goes from then on is a finding (authorized-key.missing,\n"
        "authorized-key.unexpected), and what had changed before is none any more. The newest\n"
        "baseline of a domain counts; 'virt-ledger list baselines' has them, with who accepted\n"
        "them, when and why. For users whom a [keys NAME] section of mode exact binds that\n"
        "section counts instead. A domain that moves to another hypervisor takes its baseline "
        "along,\n"
        "as long as its UUID stays and it is gone where it was.\n"
        "\n"
        "A guest whose keys were never read, or that could not be read by the last attempt, is\n"
        "refused; the others are accepted all the same. --verbose shows every key.\n"
        "\n"
        "Exit status: 0; 1 a domain is unknown, or all were refused, and nothing was changed; 3\n"
        "some were refused.\n"
        "\n"
        "Examples:\n"
        "  virt-ledger accept web-1 --keys --reason 'deploy key of CHG-4711' -v\n"
        "  virt-ledger accept web-1 web-2 --keys --dry-run\n"
        "  virt-ledger accept web-1 --keys --withdraw\n",
    .options = options,
    .options_size = sizeof(struct accept_options),
    .min_arguments = 1,
    .max_arguments = -1,
    .run = run,
};
