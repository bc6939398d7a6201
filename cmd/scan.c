/* SPDX-License-Identifier: Apache-2.0 */
/* virt-ledger scan: collect, ingest, audit. */
#include "cmd/config.h"
#include "cmd/message.h"
#include "cmd/open.h"
#include "cmd/scan_report.h"
#include "cmd/scratch_ledger.h"
#include "cmd/verb.h"

#include <errno.h>
#include <stddef.h>

struct scan_options {
  char **connect, **domains, **templates;
  char *reader, *format, *rules_folder;
  gint64 guest_deadline, deadline;
  bool dry_run;
};

#define DEADLINE_S     3600
#define DEADLINE_S_MAX (7 * 86400)

static const char *const formats[] = {"text", "json", NULL};

#define AT(member) offsetof(struct scan_options, member)
static const struct verb_option options[] = {
    {"connect", 'c', OPTION_TEXTS, AT(connect), "URI",
     "a hypervisor; may be repeated; without it the configured ones"},
    {"domain", 'd', OPTION_TEXTS, AT(domains), "DOMAIN",
     "only this domain, by name or UUID; may be repeated"},
    {"dry-run", 'n', OPTION_FLAG, AT(dry_run), NULL,
     "do all of it on a copy of the ledger and keep nothing"},
    {"template", 0, OPTION_TEXTS, AT(templates), "GLOB",
     "domains whose name matches are templates; may be repeated"},
    {"guest-deadline", 0, OPTION_NUMBER, AT(guest_deadline), "SECONDS",
     "how long one guest may take to read (10)"},
    {"deadline", 0, OPTION_NUMBER, AT(deadline), "SECONDS",
     "how long one hypervisor may take (3600)"},
    {"rules-folder", 0, OPTION_TEXT, AT(rules_folder), "DIRECTORY",
     "rules of your own (" RULES_FOLDER ")"},
    {"reader", 0, OPTION_TEXT, AT(reader), "PROGRAM",
     "virt-ledger-reader, where it is not in its place"},
    {"format", 0, OPTION_TEXT, AT(format), "FORMAT",
     "text on standard error, or json on standard output", formats},
    {0},
};
#undef AT

static void
add_each(GPtrArray *arguments, const char *option, char **values)
{
  for (; values && *values; values++) {
    g_ptr_array_add(arguments, g_strdup(option));
    g_ptr_array_add(arguments, g_strdup(*values));
  }
}

/* What a collector is told besides its URI. */
static GPtrArray *
collector_arguments(const struct scan_options *chosen, const struct config *config)
{
  GPtrArray *arguments = g_ptr_array_new_with_free_func(g_free);

  add_each(arguments, "--domain", chosen->domains);
  add_each(arguments, "--template", chosen->templates);
  add_each(arguments, "--template", config->templates);
  if (chosen->guest_deadline) {
    g_ptr_array_add(arguments, g_strdup("--guest-deadline"));
    g_ptr_array_add(arguments, g_strdup_printf("%" G_GINT64_FORMAT, chosen->guest_deadline));
  }
  if (chosen->reader)
    add_each(arguments, "--reader", (char *[]){chosen->reader, NULL});
  g_ptr_array_add(arguments, NULL);
  return arguments;
}

static void
scan_all(const struct globals *globals, struct scan_report *report,
         const struct scan_options *chosen, const struct config *config)
{
  g_autoptr(GPtrArray) arguments = collector_arguments(chosen, config);
  gint64 deadline_s = chosen->deadline ? chosen->deadline : DEADLINE_S;
  struct collector_options collector = {
      .arguments = (char *const *)arguments->pdata,
      .deadline_s = (guint)MIN(deadline_s, DEADLINE_S_MAX),
      .show_progress = !globals->quiet,
  };
  char **uris = chosen->connect ? chosen->connect : config->uris;
  guint count = uris ? g_strv_length(uris) : 0;

  for (guint i = 0; i < MAX(count, 1); i++) {
    collector.uri = count > 0 ? uris[i] : NULL; /* libvirt's default */
    g_ptr_array_add(report->parts, scan_hypervisor(report->ledger, &collector));
  }
}

static bool
nothing_read(const struct scan_report *report)
{
  for (guint i = 0; i < report->parts->len; i++) {
    const struct scan_part *part = report->parts->pdata[i];

    if (part->ingest && !part->ingest->error)
      return false;
  }
  return true;
}

static enum exit_status
scan_status(const struct scan_report *report)
{
  const struct findings_summary *found = &report->audit.findings;

  if (!report->audited || nothing_read(report))
    return EXIT_ERROR;
  if (found->high + found->medium + found->low > 0)
    return EXIT_FINDINGS;
  return scan_report_complete(report) ? EXIT_OK : EXIT_PARTIAL;
}

static enum exit_status
scan_into(const struct globals *globals, Ledger *ledger, const struct scan_options *chosen,
          const struct config *config)
{
  const struct audit_options audit = {.folder = chosen->rules_folder ? chosen->rules_folder
                                                                     : RULES_FOLDER};
  struct scan_report report = {
      .ledger = ledger,
      .parts = g_ptr_array_new_with_free_func((GDestroyNotify)scan_hypervisor_free),
      .dry_run = chosen->dry_run,
  };
  g_autoptr(GError) error = NULL;
  gint64 begun_us = g_get_monotonic_time();

  scan_all(globals, &report, chosen, config);
  report.audited = audit_run(ledger, &audit, &report.audit, &error);
  report.seconds = (double)(g_get_monotonic_time() - begun_us) / G_USEC_PER_SEC;
  scan_report_tell(&report, globals);
  if (!report.audited)
    message_error(globals, "%s", error->message);
  enum exit_status status = scan_status(&report);
  if (g_strcmp0(chosen->format, "json") == 0 && !scan_report_json(&report, stdout)) {
    message_error(globals, "cannot write to standard output: %s", g_strerror(errno));
    status = EXIT_ERROR;
  }
  if (report.audited)
    audit_result_clear(&report.audit);
  g_ptr_array_unref(report.parts);
  return status;
}

/* What scratch_ledger_run() carries through. */
struct dry_run {
  const struct globals *globals;
  const struct scan_options *chosen;
  const struct config *config;
};

static enum exit_status
scan_dry(Ledger *ledger, gpointer data)
{
  const struct dry_run *run = data;

  return scan_into(run->globals, ledger, run->chosen, run->config);
}

static enum exit_status
run(const struct globals *globals, gpointer data, G_GNUC_UNUSED char **arguments)
{
  const struct scan_options *chosen = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(Config) config = config_load(&error);

  for (char **uri = chosen->connect; uri && *uri; uri++)
    if (!**uri)
      return message_usage(globals, "scan", "scan: --connect needs a URI");
  if (!config) {
    message_error(globals, "%s", error->message);
    return EXIT_ERROR;
  }
  g_autofree char *path = open_path(globals, config);
  if (chosen->dry_run) {
    struct dry_run run = {globals, chosen, config};

    return scratch_ledger_run(globals, path, scan_dry, &run);
  }
  g_autoptr(Ledger) ledger = ledger_open(path, LEDGER_WRITE, &error);
  if (!ledger) {
    message_error(globals, "%s", error->message);
    return EXIT_ERROR;
  }
  return scan_into(globals, ledger, chosen, config);
}

const struct verb verb_scan = {
    .name = "scan",
    .summary = "read hypervisors into the ledger and audit it",
    .help =
        "Reads every domain of each hypervisor, what it is stored on, and, from its disk while it\n"
        "is shut off, who its guest says it is; keeps what is new in the ledger, and runs the\n"
        "rules over it: among what they find are the guests that share a D-Bus machine ID.\n"
        "\n"
        "Connections are read-only, images are opened for reading only, and nothing in any guest\n"
        "changes. A hypervisor or guest that cannot be read costs only itself, and never counts\n"
        "as compliant.\n"
        "\n"
        "Exit status: 0 all was read and nothing found; 1 no hypervisor could be read; 2 there\n"
        "are findings above info; 3 none, but something could not be read.\n"
        "\n"
        "Examples:\n"
        "  virt-ledger scan\n"
        "  virt-ledger scan -c qemu:///system -c lxc:///\n"
        "  virt-ledger scan -c qemu:///system -d web-1 --dry-run\n",
    .options = options,
    .options_size = sizeof(struct scan_options),
    .run = run,
};
