/* SPDX-License-Identifier: Apache-2.0 */
/* virt-ledger list: what is known, by kind. */
#include "cmd/keys/key_argument.h"
#include "cmd/lists/lists.h"
#include "cmd/lookup.h"
#include "cmd/nearest.h"
#include "cmd/open.h"
#include "cmd/output/message.h"
#include "store/sql.h"

#include <string.h>

struct list_options {
  char *columns, *key, *as_of;
  char **domains;
  struct output_options output;
};

#define AT(member) offsetof(struct list_options, member)
static const struct verb_option options[] = {
    {"columns", 'o', OPTION_TEXT, AT(columns), "LIST", "columns, separated by commas, or all"},
    {"domain", 'd', OPTION_TEXTS, AT(domains), "DOMAIN",
     "only this domain, by name or UUID; may be repeated"},
    {"key", 'k', OPTION_TEXT, AT(key), "FILE|FINGERPRINT",
     "only these keys, by a file of public keys, - or SHA256:…"},
    OPEN_AS_OF_OPTION(struct list_options),
    {"bytes", 'b', OPTION_FLAG, AT(output.bytes), NULL, "sizes in bytes also in tables"},
    OUTPUT_OPTIONS(struct list_options),
    {0},
};
#undef AT

struct listing {
  const struct list *list;
  const struct list_options *chosen;
  GArray *picks;            /* of the list's columns */
  const char *fingerprints; /* of --key, a JSON array; NULL without */
};

static enum exit_status
refuse_list(const struct globals *globals, const char *name)
{
  g_auto(GStrv) names = lists_names();
  int nearest = nearest_word(name, (const char *const *)names, g_strv_length(names));
  g_autofree char *all = g_strjoinv(", ", names);

  if (nearest >= 0)
    return message_usage(globals, "list", "there is no list of '%s'; did you mean '%s'?", name,
                         names[nearest]);
  return message_usage(globals, "list", "there is no list of '%s', but of %s", name, all);
}

/* Programs get every column, so that their input does not depend on what fits a screen. */
static GArray *
choose_columns(const struct list *list, const struct list_options *chosen, GError **error)
{
  bool table = !chosen->output.format || strcmp(chosen->output.format, "table") == 0;

  if (chosen->columns)
    return lists_choose(list, chosen->columns, error);
  return lists_choose(list, table ? list->shown : "all", error);
}

/* The domains of --domain as a JSON array of their ids, new. NULL after a message. */
static char *
domain_ids(const struct globals *globals, sqlite3 *db, char **words)
{
  json_t *ids = json_array();
  char *text = NULL;

  for (; *words; words++) {
    g_autoptr(GError) error = NULL;
    int count = lookup_domain_ids(db, *words, ids, &error);

    if (count > 0)
      continue;
    if (error)
      message_error(globals, "%s", error->message);
    else
      message_error(globals, "there is no domain '%s'", *words);
    break;
  }
  if (!*words)
    text = json_dumps(ids, JSON_COMPACT);
  json_decref(ids);
  return text;
}

/* A list of keys is not all of it where some could not be read, or are fetched at login. */
static void
note_sources(const struct globals *globals, sqlite3 *db)
{
  static const char UNRESOLVED[] = "SELECT count(DISTINCT domain_id) FROM key_sources";
  gint64 guests = 0;

  if (sql_number(db, UNRESOLVED, &guests, NULL) && guests > 0)
    message_note(globals,
                 "%" G_GINT64_FORMAT " guest%s may let in more keys than could be read: "
                 "virt-ledger list key-sources",
                 guests, MESSAGE_PLURAL(guests));
}

/* False with an error, or after a message. */
static bool
print(const struct globals *globals, sqlite3 *db, const struct listing *what, GError **error)
{
  g_autofree char *ids = NULL;

  if (what->chosen->domains && !(ids = domain_ids(globals, db, what->chosen->domains)))
    return false;
  const struct list_filter filter = {.domains = ids, .fingerprints = what->fingerprints};
  return lists_print(what->list, what->picks, db, &filter, &what->chosen->output, error);
}

static enum exit_status
list_from(const struct globals *globals, sqlite3 *db, const struct listing *what)
{
  g_autoptr(GError) error = NULL;

  if (!print(globals, db, what, &error)) {
    if (error)
      message_error(globals, "%s", error->message);
    return EXIT_ERROR;
  }
  if (what->list->has_sources && what->fingerprints)
    note_sources(globals, db);
  return EXIT_OK;
}

/* What the program knows itself: SQLite makes rows of it without any ledger. */
static enum exit_status
list_own(const struct globals *globals, const struct listing *what)
{
  sqlite3 *db = NULL;
  enum exit_status status = EXIT_ERROR;

  if (sqlite3_open(":memory:", &db) == SQLITE_OK)
    status = list_from(globals, db, what);
  else
    message_error(globals, "%s", sqlite3_errmsg(db));
  sqlite3_close(db);
  return status;
}

/* What is asked must mean something for the list; EXIT_OK when it does. */
static enum exit_status
check(const struct globals *globals, const struct list *list, const struct list_options *chosen)
{
  if (chosen->domains && !lists_is_by_domain(list))
    return message_usage(globals, "list",
                         "%s do not belong to a domain, so --domain means nothing here",
                         list->name);
  if (chosen->key && !list->sql_of_keys)
    return message_usage(globals, "list", "%s are no keys, so --key means nothing here",
                         list->name);
  if (chosen->as_of && list->rows)
    return message_usage(globals, "list", "%s are of no ledger, so --as-of means nothing here",
                         list->name);
  return EXIT_OK;
}

static enum exit_status
run(const struct globals *globals, gpointer data, char **arguments)
{
  const struct list_options *chosen = data;
  const struct list *list = lists_find(*arguments);
  g_autoptr(GError) error = NULL;
  g_autofree char *fingerprints = NULL;
  g_autoptr(Ledger) ledger = NULL;

  if (!list)
    return refuse_list(globals, *arguments);
  enum exit_status status = check(globals, list, chosen);
  if (status != EXIT_OK)
    return status;
  g_autoptr(GArray) picks = choose_columns(list, chosen, &error);
  if (!picks)
    return message_usage(globals, "list", "%s", error->message);
  if (chosen->key && !(fingerprints = key_argument_fingerprints(chosen->key, &error))) {
    message_error(globals, "--key: %s", error->message);
    return EXIT_ERROR;
  }
  const struct listing what = {list, chosen, picks, fingerprints};
  if (list->rows)
    return list_own(globals, &what);
  status = open_as_of(globals, "list", chosen->as_of, &ledger);
  return ledger ? list_from(globals, ledger_db(ledger), &what) : status;
}

const struct verb verb_list = {
    .name = "list",
    .arguments = "WHAT",
    .summary = "list hypervisors, domains, disks, machine IDs, …",
    .help =
        "Lists what the last scans saw. WHAT is one of\n"
        "  hypervisors, domains, disks, images, interfaces, filesystems,\n"
        "  guests, identities, machine-ids, identity-kinds,\n"
        "  host-keys, authorized-keys, accounts, key-sources, sshd, key-policies, baselines,\n"
        "  cloud-init, seeds, seed-users, seed-keys, findings, scans.\n"
        "Each is a view of the ledger, which 'virt-ledger query' can search, but for\n"
        "identity-kinds: that is the program's own table of what should be of one guest alone,\n"
        "and needs no ledger.\n"
        "\n"
        "A table shows the columns that people want most, with sizes as 20G; --columns\n"
        "chooses others. JSON, JSON Lines and CSV hold all columns and plain numbers.\n"
        "\n"
        "--key answers on which guests a key can log in, and as whom: of authorized-keys,\n"
        "host-keys and seed-keys it lists those that a file holds, public keys or\n"
        "authorized_keys ('-' is standard input), or the one of a fingerprint.\n"
        "\n"
        "With --as-of it lists what was known then, of what is gone today, too.\n"
        "\n"
        "Exit status: 0; 1 when the ledger or the file of --key cannot be read, or a domain of\n"
        "--domain is not in it.\n"
        "\n"
        "Examples:\n"
        "  virt-ledger list domains\n"
        "  virt-ledger list disks -d web-1 --bytes\n"
        "  virt-ledger list machine-ids -o domain,machine_id,machine_id_state\n"
        "  virt-ledger list authorized-keys --key ~/.ssh/id_ed25519.pub\n"
        "  ssh-add -L | virt-ledger list authorized-keys --key -\n"
        "  virt-ledger list images --format csv > images.csv\n"
        "  virt-ledger list domains --as-of yesterday\n",
    .options = options,
    .options_size = sizeof(struct list_options),
    .min_arguments = 1,
    .max_arguments = 1,
    .argument_words = lists_names,
    .run = run,
};
