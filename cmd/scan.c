/* SPDX-License-Identifier: Apache-2.0 */
/* virt-ledger scan: collect, ingest, audit. */
#include "cmd/fleet/scan_targets.h"
#include "cmd/interrupt.h"
#include "cmd/open.h"
#include "cmd/output/message.h"
#include "cmd/prom.h"
#include "cmd/road_choice.h"
#include "cmd/scan_report.h"
#include "cmd/scratch_ledger.h"
#include "store/scan_lock.h"

#include <errno.h>
#include <stddef.h>

struct scan_options {
  char **connect, **hosts, **domains, **templates;
  char *road, *reader, *format, *rules_folder, *prom;
  gint64 guest_deadline, deadline, jobs, wait;
  bool all, dry_run;
};

static const char *const formats[] = {"text", "json", NULL};

#define AT(member) offsetof(struct scan_options, member)
static const struct verb_option options[] = {
    {"all", 0, OPTION_FLAG, AT(all), NULL, "all configured hypervisors"},
    {"host", 0, OPTION_TEXTS, AT(hosts), "HOST",
     "a configured hypervisor, by its name; may be repeated"},
    {"connect", 'c', OPTION_TEXTS, AT(connect), "URI",
     "a hypervisor; may be repeated; without any, the configured ones"},
    {"domain", 'd', OPTION_TEXTS, AT(domains), "DOMAIN",
     "only this domain, by name or UUID; may be repeated"},
    {"dry-run", 'n', OPTION_FLAG, AT(dry_run), NULL,
     "do all of it on a copy of the ledger and keep nothing"},
    {"jobs", 'j', OPTION_NUMBER, AT(jobs), "N", "hypervisors side by side (8)"},
    {"road", 0, OPTION_TEXT, AT(road), "ROAD", "how to go into guests (auto)", road_choice_words},
    {"template", 0, OPTION_TEXTS, AT(templates), "GLOB",
     "domains whose name matches are templates; may be repeated"},
    {"guest-deadline", 0, OPTION_NUMBER, AT(guest_deadline), "SECONDS",
     "how long one guest may take to read (10)"},
    {"deadline", 0, OPTION_NUMBER, AT(deadline), "SECONDS",
     "how long one hypervisor may take (3600)"},
    {"wait", 0, OPTION_NUMBER, AT(wait), "SECONDS", "how long to wait for another scan to end (0)"},
    {"prom", 0, OPTION_TEXT, AT(prom), "FILE",
     "write metrics for Prometheus to this file, whose name ends in .prom"},
    {"rules-folder", 0, OPTION_TEXT, AT(rules_folder), "DIRECTORY",
     "rules of your own (" RULES_FOLDER ")"},
    {"reader", 0, OPTION_TEXT, AT(reader), "PROGRAM",
     "virt-ledger-reader, where it is not in its place"},
    {"format", 0, OPTION_TEXT, AT(format), "FORMAT",
     "text on standard error, or json on standard output", formats},
    {0},
};
#undef AT

#define WAIT_S_MAX (7 * 86400)

/* What one run works with. */
struct scan {
  const struct globals *globals;
  const struct scan_options *chosen;
  const struct config *config;
  const struct policy *policy;
  const GPtrArray *targets;
};

static GPtrArray *
choose_targets(const struct scan_options *chosen, const struct config *config, GError **error)
{
  const struct scan_choice choice = {
      .uris = (const char *const *)chosen->connect,
      .names = (const char *const *)chosen->hosts,
      .all = chosen->all,
  };
  const struct target_wishes wishes = {
      .domains = (const char *const *)chosen->domains,
      .templates = (const char *const *)chosen->templates,
      .road = chosen->road,
      .reader = chosen->reader,
      .deadline_s = chosen->deadline,
      .guest_deadline_s = chosen->guest_deadline,
  };

  return scan_targets(config, &choice, &wishes, error);
}

static void
scan_all(const struct scan *scan, struct scan_report *report)
{
  g_autofree const char **configured = config_names(scan->config);
  const struct scan_intake intake = {report->ledger, configured};
  struct interrupt interrupt;

  interrupt_begin(&interrupt);
  const struct collectors_options collectors = {
      .jobs = scan->chosen->jobs ? scan->chosen->jobs : scan->config->jobs,
      .interrupt = &interrupt,
      .show_progress = !scan->globals->quiet,
  };
  report->parts = scan_parts_run(&intake, scan->targets, &collectors, &report->interrupted);
  interrupt_end(&interrupt);
}

static bool
nothing_read(const struct scan_report *report)
{
  for (guint i = 0; i < report->parts->len; i++) {
    const struct scan_part *part = report->parts->pdata[i];

    if (part && part->ingest && !part->ingest->error)
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

static void
audit(const struct scan *scan, struct scan_report *report)
{
  const char *folder = scan->chosen->rules_folder;
  const struct audit_options how = {
      .folder = folder ? folder : RULES_FOLDER,
      .policy = scan->policy,
  };
  g_autoptr(GError) error = NULL;

  report->audited = audit_run(report->ledger, &how, &report->audit, &error);
  if (!report->audited)
    message_error(scan->globals, "%s", error->message);
}

/* A dry run leaves nothing behind. False after a message. */
static bool
write_metrics(const struct scan *scan, Ledger *ledger)
{
  const char *path = scan->chosen->prom ? scan->chosen->prom : scan->config->prom;
  g_autoptr(GError) error = NULL;

  if (!path || scan->chosen->dry_run || prom_write(ledger, path, &error))
    return true;
  message_error(scan->globals, "%s", error->message);
  return false;
}

static enum exit_status
scan_into(Ledger *ledger, gpointer data)
{
  const struct scan *scan = data;
  struct scan_report report = {.ledger = ledger, .dry_run = scan->chosen->dry_run};
  gint64 begun_us = g_get_monotonic_time();

  scan_all(scan, &report);
  if (!report.interrupted)
    audit(scan, &report);
  scan_report_count(&report);
  report.seconds = (double)(g_get_monotonic_time() - begun_us) / G_USEC_PER_SEC;
  scan_report_tell(&report, scan->globals);
  enum exit_status status = scan_status(&report);
  if (report.audited && !write_metrics(scan, ledger))
    status = EXIT_ERROR;
  if (g_strcmp0(scan->chosen->format, "json") == 0 && !scan_report_json(&report, stdout)) {
    message_error(scan->globals, "cannot write to standard output: %s", g_strerror(errno));
    status = EXIT_ERROR;
  }
  if (report.audited)
    audit_result_clear(&report.audit);
  scan_counts_free(report.counts);
  g_ptr_array_unref(report.parts);
  return status;
}

static enum exit_status
scan_locked(struct scan *scan, const char *path)
{
  const guint wait_ms = (guint)MIN(scan->chosen->wait, WAIT_S_MAX) * 1000;
  g_autoptr(GError) error = NULL;
  g_autoptr(Ledger) ledger = ledger_open(path, LEDGER_WRITE, &error);
  g_autoptr(ScanLock) lock = ledger ? scan_lock_take(path, "scan", wait_ms, &error) : NULL;

  if (lock)
    return scan_into(ledger, scan);
  message_error(scan->globals, "%s", error->message);
  return EXIT_ERROR;
}

/* What is wrong with the options together; NULL when nothing is. */
static const char *
what_is_wrong(const struct scan_options *chosen)
{
  for (char **uri = chosen->connect; uri && *uri; uri++)
    if (!**uri)
      return "scan: --connect needs a URI";
  if (chosen->prom && !prom_is_name(chosen->prom))
    return "scan: --prom needs a name that ends in .prom";
  if (chosen->all && (chosen->connect || chosen->hosts))
    return "scan: --all leaves nothing for --host or --connect to add";
  return NULL;
}

static enum exit_status
run(const struct globals *globals, gpointer data, G_GNUC_UNUSED char **arguments)
{
  const struct scan_options *chosen = data;
  const char *wrong = what_is_wrong(chosen);
  g_autoptr(GError) error = NULL;

  if (wrong)
    return message_usage(globals, "scan", "%s", wrong);
  g_autoptr(Config) config = open_config(globals);
  g_autoptr(Policy) policy = config ? open_policy(globals, config) : NULL;
  if (!policy)
    return EXIT_ERROR;
  g_autoptr(GPtrArray) targets = choose_targets(chosen, config, &error);
  if (!targets)
    return message_usage(globals, "scan", "%s", error->message);
  struct scan scan = {globals, chosen, config, policy, targets};
  g_autofree char *path = open_path(globals, config);
  if (chosen->dry_run)
    return scratch_ledger_run(globals, path, scan_into, &scan);
  return scan_locked(&scan, path);
}

const struct verb verb_scan = {
    .name = "scan",
    .summary = "read hypervisors into the ledger and audit it",
    .help =
        "Reads every domain of each hypervisor, what it is stored on, and who its guest says it\n"
        "is: from its disk, through its guest agent, or in a container's root directory. Keeps\n"
        "what is new in the ledger, and runs the rules over it: among what they find are the\n"
        "guests that share a D-Bus machine ID.\n"
        "\n"
        "Without --connect and --host, all [hypervisor NAME] sections of the configuration are\n"
        "read, eight at a time, each in a process of its own that is ended at its deadline; where\n"
        "there are none, what virsh would take. Only one scan at a time writes into a ledger.\n"
        "\n"
        "Images are opened for reading only, guest agents are asked to read a few files, and\n"
        "nothing in any guest changes. Connections are read-only, but for a second one where an\n"
        "agent is to be asked: libvirt allows that on no other. A hypervisor or guest that cannot\n"
        "be read costs only itself, and never counts as compliant.\n"
        "\n"
        "Exit status: 0 all was read and nothing found; 1 no hypervisor could be read, another\n"
        "scan runs, or this one was interrupted; 2 there are findings above info; 3 none, but\n"
        "something could not be read.\n"
        "\n"
        "Examples:\n"
        "  virt-ledger scan --all\n"
        "  virt-ledger scan --host kvm1 --host kvm2 --deadline 300\n"
        "  virt-ledger scan -c qemu:///system -c lxc:///\n"
        "  virt-ledger scan -c qemu:///system -d web-1 --road agent --dry-run\n",
    .options = options,
    .options_size = sizeof(struct scan_options),
    .run = run,
};
