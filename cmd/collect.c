/* SPDX-License-Identifier: Apache-2.0 */
/* virt-ledger collect: facts of one hypervisor on standard output. */
#include "cmd/message.h"
#include "cmd/survey.h"
#include "cmd/verb.h"

#include <stddef.h>
#include <stdio.h>

#define GUEST_DEADLINE_S     10
#define GUEST_DEADLINE_S_MAX 86400
#define READERS_MAX          1024

struct collect_options {
  char *connect;
  char **domains, **templates;
  char *reader;
  gint64 readers, guest_deadline;
};

#define AT(member) offsetof(struct collect_options, member)
static const struct verb_option options[] = {
    {"connect", 'c', OPTION_TEXT, AT(connect), "URI",
     "the hypervisor; without it what virsh would take"},
    {"domain", 'd', OPTION_TEXTS, AT(domains), "DOMAIN",
     "only this domain, by name or UUID; may be repeated"},
    {"template", 0, OPTION_TEXTS, AT(templates), "GLOB",
     "domains whose name matches are templates; may be repeated"},
    {"guest-deadline", 0, OPTION_NUMBER, AT(guest_deadline), "SECONDS",
     "how long one guest may take to read (10)"},
    {"readers", 0, OPTION_NUMBER, AT(readers), "N", "readers side by side (one per CPU)"},
    {"reader", 0, OPTION_TEXT, AT(reader), "PROGRAM",
     "virt-ledger-reader, where it is not in its place"},
    {0},
};
#undef AT

static enum exit_status
run(const struct globals *globals, gpointer data, G_GNUC_UNUSED char **arguments)
{
  const struct collect_options *chosen = data;
  gint64 deadline_s = chosen->guest_deadline ? chosen->guest_deadline : GUEST_DEADLINE_S;
  const struct survey_options survey = {
      .uri = chosen->connect,
      .domains = (const char *const *)chosen->domains,
      .templates = (const char *const *)chosen->templates,
      .reader = chosen->reader,
      .readers = (guint)MIN(chosen->readers, READERS_MAX),
      .deadline_ms = (guint)MIN(deadline_s, GUEST_DEADLINE_S_MAX) * 1000,
  };
  struct survey_result result;
  g_autoptr(GError) error = NULL;

  if (chosen->connect && !*chosen->connect)
    return message_usage(globals, "collect", "collect: --connect needs a URI");
  if (!survey_run(&survey, stdout, &result, &error)) {
    message_error(globals, "%s", error->message);
    return EXIT_ERROR;
  }
  if (result.refused) {
    if (!globals->quiet)
      message_error(globals, "%s", result.refused);
    g_free(result.refused);
    return result.listed ? EXIT_PARTIAL : EXIT_ERROR;
  }
  message_note(globals,
               "%" G_GUINT64_FORMAT " domain%s, %" G_GUINT64_FORMAT " image%s, %" G_GUINT64_FORMAT
               " guest%s, %" G_GUINT64_FORMAT " of them not read",
               result.domains, MESSAGE_PLURAL(result.domains), result.images,
               MESSAGE_PLURAL(result.images), result.guests, MESSAGE_PLURAL(result.guests),
               result.unread);
  return result.unread > 0 ? EXIT_PARTIAL : EXIT_OK;
}

const struct verb verb_collect = {
    .name = "collect",
    .summary = "write the facts of a hypervisor to standard output",
    .help =
        "Reads every domain of one hypervisor over a read-only connection, the images its disks\n"
        "are stored on, and, from the disks of domains that are shut off, who their guests say\n"
        "they are. Writes what it finds as JSON Lines (docs/facts.md) and touches no ledger: pipe\n"
        "it into 'virt-ledger ingest', on this machine or, over ssh, on another.\n"
        "\n"
        "Guests are read by virt-ledger-reader, a process that can do nothing but read the files\n"
        "it was handed. A guest that cannot be read is a fact with its status, never the end of\n"
        "a run.\n"
        "\n"
        "Exit status: 0 all was read; 3 some guests were not, or the list broke off; 1 there is\n"
        "no such hypervisor, or the facts could not be written.\n"
        "\n"
        "Examples:\n"
        "  virt-ledger collect -c qemu:///system > facts.jsonl\n"
        "  ssh host virt-ledger collect -c qemu:///system | virt-ledger ingest\n",
    .options = options,
    .options_size = sizeof(struct collect_options),
    .run = run,
};
