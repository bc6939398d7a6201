/* SPDX-License-Identifier: Apache-2.0 */
/* virt-ledger list: what is known, by kind. */
#include "cmd/lists.h"
#include "cmd/lookup.h"
#include "cmd/nearest.h"
#include "cmd/open.h"
#include "cmd/output/message.h"
#include "cmd/output/rows.h"

#include <string.h>

struct list_options {
  char *columns, *as_of;
  char **domains;
  struct output_options output;
};

#define AT(member) offsetof(struct list_options, member)
static const struct verb_option options[] = {
    {"columns", 'o', OPTION_TEXT, AT(columns), "LIST", "columns, separated by commas, or all"},
    {"domain", 'd', OPTION_TEXTS, AT(domains), "DOMAIN",
     "only this domain, by name or UUID; may be repeated"},
    OPEN_AS_OF_OPTION(struct list_options),
    {"bytes", 'b', OPTION_FLAG, AT(output.bytes), NULL, "sizes in bytes also in tables"},
    OUTPUT_OPTIONS(struct list_options),
    {0},
};
#undef AT

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

static enum exit_status
list_from(const struct globals *globals, sqlite3 *db, const struct list *list, GArray *picks,
          const struct list_options *chosen)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *ids = NULL;

  if (chosen->domains && !(ids = domain_ids(globals, db, chosen->domains)))
    return EXIT_ERROR;
  g_autoptr(Statement) statement = sql_prepare(db, list->sql, &error);
  if (statement && ids)
    sql_bind_text(statement, ":domains", ids);
  if (statement && lists_write(list, picks, statement, &chosen->output, &error))
    return EXIT_OK;
  if (error)
    message_error(globals, "%s", error->message);
  return EXIT_ERROR;
}

static enum exit_status
run(const struct globals *globals, gpointer data, char **arguments)
{
  const struct list_options *chosen = data;
  const struct list *list = lists_find(*arguments);
  g_autoptr(GError) error = NULL;

  if (!list)
    return refuse_list(globals, *arguments);
  if (chosen->domains && !lists_is_by_domain(list))
    return message_usage(globals, "list",
                         "%s do not belong to a domain, so --domain means nothing here",
                         list->name);
  g_autoptr(GArray) picks = choose_columns(list, chosen, &error);
  if (!picks)
    return message_usage(globals, "list", "%s", error->message);
  g_autoptr(Ledger) ledger = NULL;
  enum exit_status status = open_as_of(globals, "list", chosen->as_of, &ledger);
  return ledger ? list_from(globals, ledger_db(ledger), list, picks, chosen) : status;
}

const struct verb verb_list = {
    .name = "list",
    .arguments = "WHAT",
    .summary = "list hypervisors, domains, disks, machine IDs, …",
    .help =
        "Lists what the last scans saw. WHAT is one of hypervisors, domains, disks, images,\n"
        "guests, identities, machine-ids, host-keys, authorized-keys, interfaces,\n"
        "filesystems, findings, scans. Each is a view of the ledger of that name, which\n"
        "'virt-ledger query' can search.\n"
        "\n"
        "A table shows the columns that people want most, with sizes as 20G; --columns\n"
        "chooses others. JSON, JSON Lines and CSV hold all columns and plain numbers.\n"
        "\n"
        "With --as-of it lists what was known then, of what is gone today, too.\n"
        "\n"
        "Exit status: 0; 1 when the ledger cannot be read or a domain of --domain is not in it.\n"
        "\n"
        "Examples:\n"
        "  virt-ledger list domains\n"
        "  virt-ledger list disks -d web-1 --bytes\n"
        "  virt-ledger list machine-ids -o domain,machine_id,machine_id_state\n"
        "  virt-ledger list images --format csv > images.csv\n"
        "  virt-ledger list domains --as-of yesterday\n",
    .options = options,
    .options_size = sizeof(struct list_options),
    .min_arguments = 1,
    .max_arguments = 1,
    .argument_words = lists_names,
    .run = run,
};
