/* SPDX-License-Identifier: Apache-2.0 */
/* virt-ledger hosts: the configured hypervisors, whether they answer, and what was last read. */
#include "cmd/fleet/scan_targets.h"
#include "cmd/hosts_check.h"
#include "cmd/hosts_forget.h"
#include "cmd/hosts_list.h"
#include "cmd/interrupt.h"
#include "cmd/open.h"
#include "cmd/output/message.h"

#include <stddef.h>

#define CHECK_DEADLINE_S 30

struct hosts_options {
  bool check, yes;
  char *forget;
  gint64 deadline, jobs;
  struct output_options output;
};

#define AT(member) offsetof(struct hosts_options, member)
static const struct verb_option options[] = {
    {"check", 0, OPTION_FLAG, AT(check), NULL, "try each of them now"},
    {"deadline", 0, OPTION_NUMBER, AT(deadline), "SECONDS",
     "how long one of them may take with --check (30)"},
    {"jobs", 'j', OPTION_NUMBER, AT(jobs), "N", "how many are tried side by side (8)"},
    {"forget", 0, OPTION_TEXT, AT(forget), "HOST|URI",
     "end what is known of a hypervisor that is gone for good"},
    {"yes", 'y', OPTION_FLAG, AT(yes), NULL, "forget it, and not only say what that would end"},
    OUTPUT_OPTIONS(struct hosts_options),
    {0},
};
#undef AT

static enum exit_status
list(const struct globals *globals, const struct config *config,
     const struct output_options *output)
{
  g_autofree char *path = open_path(globals, config);
  g_autoptr(GError) error = NULL;
  g_autoptr(Ledger) ledger = ledger_open(path, LEDGER_READ, &error);

  if (g_error_matches(error, STORE_ERROR, STORE_ERROR_NOT_FOUND))
    g_clear_error(&error);
  if (!error && hosts_list(config, ledger, output, &error))
    return EXIT_OK;
  if (error)
    message_error(globals, "%s", error->message);
  return EXIT_ERROR;
}

static enum exit_status
check_targets(const struct globals *globals, const GPtrArray *targets,
              const struct hosts_options *chosen, gint64 jobs)
{
  struct interrupt interrupt;
  bool interrupted;

  interrupt_begin(&interrupt);
  const struct collectors_options collectors = {
      .jobs = jobs,
      .interrupt = &interrupt,
      .show_progress = !globals->quiet,
  };
  int failed = hosts_check(targets, &collectors, &chosen->output, &interrupted);
  interrupt_end(&interrupt);
  if (interrupted)
    message_error(globals, "interrupted");
  if (failed < 0)
    return EXIT_ERROR;
  return failed > 0 ? EXIT_PARTIAL : EXIT_OK;
}

static enum exit_status
check(const struct globals *globals, const struct config *config,
      const struct hosts_options *chosen, char **names)
{
  const struct scan_choice choice = {.names = (const char *const *)names, .all = true};
  const struct target_wishes wishes = {
      .check = true,
      .deadline_s = chosen->deadline ? chosen->deadline : CHECK_DEADLINE_S,
  };
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) targets = scan_targets(config, &choice, &wishes, &error);

  if (!targets)
    return message_usage(globals, "hosts", "%s", error->message);
  return check_targets(globals, targets, chosen, chosen->jobs ? chosen->jobs : config->jobs);
}

/* What is wrong with the options together; NULL when nothing is. */
static const char *
what_is_wrong(const struct hosts_options *chosen, char **names)
{
  if (chosen->check && chosen->forget)
    return "hosts: --check and --forget are two things to do";
  if (*names && !chosen->check)
    return "hosts: HOST is for --check";
  if (chosen->yes && !chosen->forget)
    return "hosts: --yes is for --forget";
  return NULL;
}

static enum exit_status
run(const struct globals *globals, gpointer data, char **arguments)
{
  const struct hosts_options *chosen = data;
  const char *wrong = what_is_wrong(chosen, arguments);

  if (wrong)
    return message_usage(globals, "hosts", "%s", wrong);
  if (chosen->forget)
    return hosts_forget(globals, chosen->forget, chosen->yes);
  g_autoptr(Config) config = open_config(globals);
  if (!config)
    return EXIT_ERROR;
  return chosen->check ? check(globals, config, chosen, arguments)
                       : list(globals, config, &chosen->output);
}

const struct verb verb_hosts = {
    .name = "hosts",
    .arguments = "[HOST…]",
    .summary = "the configured hypervisors, and whether they answer",
    .help =
        "Lists the [hypervisor NAME] sections of /etc/virt-ledger.conf and\n"
        "/etc/virt-ledger.d/*.conf with what came of their last scan, and the hypervisors in the\n"
        "ledger that are not, or no longer, configured.\n"
        "\n"
        "With --check, each of them, or those of the given names, is tried: whether it can be\n"
        "reached, which libvirt answers, and, where transport is ssh, whether virt-ledger is\n"
        "there and of a version that fits. That needs no ledger.\n"
        "\n"
        "--forget ends what is known of one that is gone for good, by its name or URI, so that\n"
        "its domains are listed no longer and findings about them are resolved; the history\n"
        "stays. Without --yes it says what would be forgotten.\n"
        "\n"
        "Exit status: 0; 1 when the configuration or the ledger cannot be read, or --yes is\n"
        "missing; 3 when some did not answer.\n"
        "\n"
        "Examples:\n"
        "  virt-ledger hosts\n"
        "  virt-ledger hosts --check kvm1 kvm2\n"
        "  virt-ledger hosts --format json | jq '.[] | select(.status != \"complete\")'\n"
        "  virt-ledger hosts --forget kvm7 --yes\n",
    .options = options,
    .options_size = sizeof(struct hosts_options),
    .max_arguments = -1,
    .run = run,
};
