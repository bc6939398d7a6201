/* SPDX-License-Identifier: Apache-2.0 */
/* virt-ledger show: everything about one domain. */
#include "cmd/lookup.h"
#include "cmd/open.h"
#include "cmd/output/document.h"
#include "cmd/output/message.h"
#include "cmd/show_model.h"
#include "cmd/show_text.h"

#include <string.h>

struct show_options {
  char *connect, *format, *as_of;
  bool bytes;
};

static const char *const formats[] = {"text", "json", "jsonl", NULL};

#define AT(member) offsetof(struct show_options, member)
static const struct verb_option options[] = {
    {"connect", 'c', OPTION_TEXT, AT(connect), "URI", "only of this hypervisor, by URI or name"},
    {"format", 0, OPTION_TEXT, AT(format), "FORMAT", "form of the answer", formats},
    OPEN_AS_OF_OPTION(struct show_options),
    {"bytes", 'b', OPTION_FLAG, AT(bytes), NULL, "sizes in bytes also in text"},
    {0},
};
#undef AT

/* Which domains a word may mean, when that is not one. */
static enum exit_status
refuse(const struct globals *globals, const char *word, const GPtrArray *matches)
{
  if (matches->len == 0) {
    message_error(globals, "there is no domain '%s'; 'virt-ledger list domains' names them", word);
    return EXIT_ERROR;
  }
  message_error(globals, "'%s' may mean %u domains; give a UUID, or --connect:", word,
                matches->len);
  for (guint i = 0; i < matches->len; i++) {
    const struct lookup_match *match = matches->pdata[i];
    message_error(globals, "  %s  %s  %s", match->uuid, match->name, match->hypervisor);
  }
  return EXIT_ERROR;
}

static enum exit_status
show(const struct globals *globals, sqlite3 *db, const char *word,
     const struct show_options *chosen)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) matches = lookup_domains(db, word, chosen->connect, &error);

  if (matches && matches->len != 1)
    return refuse(globals, word, matches);
  const struct lookup_match *match = matches ? matches->pdata[0] : NULL;
  json_t *model = match ? show_model(db, match->domain_id, &error) : NULL;
  if (!model) {
    message_error(globals, "%s", error->message);
    return EXIT_ERROR;
  }
  if (!chosen->format || strcmp(chosen->format, "text") == 0)
    show_text(stdout, model, chosen->bytes);
  else
    document_print(stdout, model, strcmp(chosen->format, "jsonl") == 0);
  json_decref(model);
  return EXIT_OK;
}

static enum exit_status
run(const struct globals *globals, gpointer data, char **arguments)
{
  const struct show_options *chosen = data;
  g_autoptr(Ledger) ledger = NULL;
  enum exit_status status = open_as_of(globals, "show", chosen->as_of, &ledger);

  return ledger ? show(globals, ledger_db(ledger), *arguments, chosen) : status;
}

const struct verb verb_show = {
    .name = "show",
    .arguments = "DOMAIN",
    .summary = "everything about one domain",
    .help =
        "Shows a domain, its interfaces, its disks with every image that they stand on, its\n"
        "guests, who these say they are, their SSH host keys, who may log in by which key, what\n"
        "cloud-init was told and did, and the open findings about it. DOMAIN is a name, a UUID,\n"
        "or the first four or more digits of one. --as-of shows it as it was then, also when\n"
        "it is gone today.\n"
        "\n"
        "Of many accounts and keys the text shows the first, and says which list has the others;\n"
        "JSON has all.\n"
        "\n"
        "Exit status: 0; 1 when there is no such domain, or several: they are listed then.\n"
        "\n"
        "Examples:\n"
        "  virt-ledger show web-1\n"
        "  virt-ledger show 4dea22b3 --format json | jq .disks\n"
        "  virt-ledger show -c qemu+ssh://host2/system web-1\n"
        "  virt-ledger show --as-of '7d ago' web-1\n",
    .options = options,
    .options_size = sizeof(struct show_options),
    .min_arguments = 1,
    .max_arguments = 1,
    .run = run,
};
