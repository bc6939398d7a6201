/* SPDX-License-Identifier: Apache-2.0 */
/* virt-ledger collect: facts of one hypervisor on standard output. */
#include "cmd/fleet/request.h"
#include "cmd/output/message.h"
#include "cmd/road_choice.h"
#include "cmd/survey/survey.h"
#include "cmd/survey/survey_check.h"
#include "cmd/verb.h"

#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#define GUEST_DEADLINE_S_MAX 86400
#define READERS_MAX          1024
#define AGENTS_MAX           256
#define DEADLINE_S_MAX       (8 * 86400)

struct collect_options {
  char *connect, *road, *reader;
  char **domains, **templates, **roots;
  gint64 readers, agents, guest_deadline;
  bool request;
};

#define AT(member) offsetof(struct collect_options, member)
static const struct verb_option options[] = {
    {"connect", 'c', OPTION_TEXT, AT(connect), "URI",
     "the hypervisor; without it what virsh would take"},
    {"domain", 'd', OPTION_TEXTS, AT(domains), "DOMAIN",
     "only this domain, by name or UUID; may be repeated"},
    {"root", 0, OPTION_TEXTS, AT(roots), "DIRECTORY",
     "no hypervisor, but the system in this directory; may be repeated"},
    {"road", 0, OPTION_TEXT, AT(road), "ROAD", "how to go into guests (auto)", road_choice_words},
    {"template", 0, OPTION_TEXTS, AT(templates), "GLOB",
     "domains whose name matches are templates; may be repeated"},
    {"guest-deadline", 0, OPTION_NUMBER, AT(guest_deadline), "SECONDS",
     "how long one guest may take to read (10)"},
    {"readers", 0, OPTION_NUMBER, AT(readers), "N", "readers side by side (one per CPU)"},
    {"agents", 0, OPTION_NUMBER, AT(agents), "N", "guest agents asked side by side (16)"},
    {"reader", 0, OPTION_TEXT, AT(reader), "PROGRAM",
     "virt-ledger-reader, where it is not in its place"},
    {"request", 0, OPTION_FLAG, AT(request), NULL,
     "take all of this as JSON from standard input, as 'scan' sends it"},
    {0},
};
#undef AT

static bool
says_something(const struct collect_options *chosen)
{
  return chosen->connect || chosen->road || chosen->domains || chosen->templates || chosen->roots ||
         chosen->readers || chosen->agents || chosen->guest_deadline;
}

/* An option that was not given, which is 0, is no key of a request. */
static gint64
given(gint64 number)
{
  return number ? number : FACT_UNKNOWN;
}

static struct request *
request_of_options(const struct collect_options *chosen)
{
  struct request *request = request_new();

  request->uri = g_strdup(chosen->connect);
  request_add_words(request->domains, (const char *const *)chosen->domains);
  request_add_words(request->templates, (const char *const *)chosen->templates);
  request->roads = g_strdup(chosen->road);
  request->narrowed = road_choice_of(chosen->road) != ROAD_CHOICE_AUTO;
  request->guest_deadline = given(chosen->guest_deadline);
  request->readers = given(chosen->readers);
  request->agents = given(chosen->agents);
  return request;
}

/* What a request says of a number; 0, which is the usual, when it says nothing. */
static guint
limited(gint64 number, guint max)
{
  return (guint)CLAMP(number, 0, max);
}

static enum exit_status
tell(const struct globals *globals, struct survey_result *result)
{
  g_autofree char *refused = result->refused;

  if (refused) {
    if (!globals->quiet)
      message_error(globals, "%s", refused);
    return result->listed ? EXIT_PARTIAL : EXIT_ERROR;
  }
  message_note(globals,
               "%" G_GUINT64_FORMAT " domain%s, %" G_GUINT64_FORMAT " image%s, %" G_GUINT64_FORMAT
               " guest%s, %" G_GUINT64_FORMAT " of them not read",
               result->domains, MESSAGE_PLURAL(result->domains), result->images,
               MESSAGE_PLURAL(result->images), result->guests, MESSAGE_PLURAL(result->guests),
               result->unread);
  return result->unread > 0 ? EXIT_PARTIAL : EXIT_OK;
}

static enum exit_status
collect(const struct globals *globals, const struct request *request,
        const struct collect_options *chosen)
{
  g_autofree const char **domains = request_texts(request->domains);
  g_autofree const char **templates = request_texts(request->templates);
  const struct survey_options survey = {
      .uri = request->uri,
      .roots = (const char *const *)chosen->roots,
      .roads = road_choice_of(request->roads),
      .narrowed = request->narrowed == 1,
      .gone = request->gone == 1,
      .domains = domains,
      .templates = templates,
      .reader = chosen->reader,
      .readers = limited(request->readers, READERS_MAX),
      .agents = limited(request->agents, AGENTS_MAX),
      .deadline_ms = limited(request->guest_deadline, GUEST_DEADLINE_S_MAX) * 1000,
  };
  struct survey_result result;
  g_autoptr(GError) error = NULL;

  if (survey_run(&survey, stdout, &result, &error))
    return tell(globals, &result);
  message_error(globals, "%s", error->message);
  return EXIT_ERROR;
}

static enum exit_status
check(const struct globals *globals, const struct request *request)
{
  g_autoptr(GError) error = NULL;
  bool answers;

  if (survey_check(request->uri, stdout, &answers, &error))
    return answers ? EXIT_OK : EXIT_ERROR;
  message_error(globals, "%s", error->message);
  return EXIT_ERROR;
}

/*
 * What `scan` asks for. Who asked over ssh and was cut off cannot kill us: should we hang, nothing
 * is ever written that would fail, so that the deadline is ours to keep.
 */
static enum exit_status
collect_requested(const struct globals *globals, const struct collect_options *chosen)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Request) request = request_read(stdin, &error);
  struct globals quiet = *globals;

  quiet.quiet = true;
  if (!request) {
    message_error(globals, "%s", error->message);
    return EXIT_USAGE;
  }
  if (request->roads && !g_strv_contains(road_choice_words, request->roads)) {
    message_error(globals, "the request: there is no road '%s'", request->roads);
    return EXIT_USAGE;
  }
  alarm(limited(request->deadline, DEADLINE_S_MAX));
  return request->check == 1 ? check(&quiet, request) : collect(&quiet, request, chosen);
}

static enum exit_status
run(const struct globals *globals, gpointer data, G_GNUC_UNUSED char **arguments)
{
  const struct collect_options *chosen = data;

  if (chosen->request && says_something(chosen))
    return message_usage(globals, "collect",
                         "collect: --request stands for all other options but --reader");
  if (chosen->request)
    return collect_requested(globals, chosen);
  if (chosen->connect && !*chosen->connect)
    return message_usage(globals, "collect", "collect: --connect needs a URI");
  if (chosen->roots && (chosen->connect || chosen->domains))
    return message_usage(globals, "collect", "collect: --root asks no hypervisor");
  g_autoptr(Request) request = request_of_options(chosen);
  return collect(globals, request, chosen);
}

const struct verb verb_collect = {
    .name = "collect",
    .summary = "write the facts of a hypervisor to standard output",
    .help =
        "Reads every domain of one hypervisor, the images its disks are stored on, and who its\n"
        "guests say they are. Writes what it finds as JSON Lines (docs/facts.md) and touches no\n"
        "ledger: pipe it into 'virt-ledger ingest', on this machine or, over ssh, on another.\n"
        "\n"
        "A road leads into a guest: the guest agent of one that runs, its disk, or the directory\n"
        "that is a container's root; --road keeps to one of them. Guests are read by\n"
        "virt-ledger-reader, a process that can do nothing but read what it was handed. A guest\n"
        "that cannot be read is a fact with its status, never the end of a run.\n"
        "\n"
        "--root reads a directory as if it were a container's root: a chroot, an unpacked image,\n"
        "a mounted backup.\n"
        "\n"
        "Exit status: 0 all was read; 3 some guests were not, or the list broke off; 1 there is\n"
        "no such hypervisor, or the facts could not be written.\n"
        "\n"
        "Examples:\n"
        "  virt-ledger collect -c qemu:///system > facts.jsonl\n"
        "  virt-ledger collect --root /mnt/backup/web-1 | virt-ledger ingest\n"
        "  ssh host virt-ledger collect -c qemu:///system | virt-ledger ingest\n",
    .options = options,
    .options_size = sizeof(struct collect_options),
    .run = run,
};
