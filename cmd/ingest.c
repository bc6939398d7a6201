/* SPDX-License-Identifier: Apache-2.0 */
/* virt-ledger ingest: streams of facts into the ledger. */
#include "store/ingest.h"

#include "cmd/input.h"
#include "cmd/open.h"
#include "cmd/output/message.h"
#include "facts/hypervisor.h"

#include <string.h>

static bool
is_partial(const struct ingest_result *result)
{
  return result->cut || result->unread > 0 || strcmp(result->status, END_COMPLETE) != 0;
}

static void
tell(const struct globals *globals, const struct ingest_result *result)
{
  const char *name = result->hypervisor ? result->hypervisor : result->uri;

  if (result->error)
    message_warning(globals, "%s: %s: %s", name, result->status, result->error);
  else if (result->cut)
    message_warning(globals, "%s: the stream has no end: nothing is concluded from what it lacks",
                    name);
  message_note(globals,
               "%s: %s: %" G_GUINT64_FORMAT " domains, %" G_GUINT64_FORMAT
               " images, %" G_GUINT64_FORMAT " guests (%" G_GUINT64_FORMAT
               " unread); %" G_GUINT64_FORMAT " rows begun, %" G_GUINT64_FORMAT " ended",
               name, result->status, result->domains, result->images, result->guests,
               result->unread, result->opened, result->closed);
}

static enum exit_status
ingest_file(const struct globals *globals, struct ledger *ledger, const char *path)
{
  g_autoptr(GError) error = NULL;
  FILE *in = input_open(path, &error);
  g_autoptr(GPtrArray) results = in ? ingest_streams(ledger, in, NULL, &error) : NULL;
  enum exit_status status = EXIT_OK;

  input_close(in);
  if (!results) {
    /* A file that does not open is in the message already. */
    if (in)
      g_prefix_error(&error, "%s: ", path);
    message_error(globals, "%s", error->message);
    return EXIT_ERROR;
  }
  for (guint i = 0; i < results->len; i++) {
    tell(globals, results->pdata[i]);
    if (is_partial(results->pdata[i]))
      status = EXIT_PARTIAL;
  }
  if (results->len > 0)
    return status;
  message_error(globals, "%s: there is no stream in it", path);
  return EXIT_ERROR;
}

/* An error says more than that something is missing. */
static enum exit_status
worse(enum exit_status a, enum exit_status b)
{
  if (a == EXIT_ERROR || b == EXIT_ERROR)
    return EXIT_ERROR;
  return MAX(a, b);
}

static enum exit_status
run(const struct globals *globals, G_GNUC_UNUSED gpointer options, char **arguments)
{
  static char *const standard_input[] = {"-", NULL};
  g_autoptr(Ledger) ledger = open_or_create(globals);
  enum exit_status status = EXIT_OK;

  if (!ledger)
    return EXIT_ERROR;
  for (char *const *path = *arguments ? arguments : standard_input; *path; path++)
    status = worse(status, ingest_file(globals, ledger, *path));
  return status;
}

const struct verb verb_ingest = {
    .name = "ingest",
    .arguments = "[FILE…]",
    .summary = "take streams of facts into the ledger",
    .help = "Reads streams of facts, as 'virt-ledger collect' writes them, from files or from\n"
            "standard input, and keeps what is new. A stream is taken as a whole or not at all;\n"
            "one that breaks the rules is refused with its line, and costs the others nothing. A\n"
            "stream that was cut is taken, but nothing is concluded from what it lacks.\n"
            "\n"
            "Taking the same stream again changes nothing but the list of scans. Findings change\n"
            "with the next 'virt-ledger audit'.\n"
            "\n"
            "Exit status: 0; 1 when a file or stream was refused; 3 when a stream is partial, or\n"
            "guests in it were not read, for instance as they run.\n"
            "\n"
            "Examples:\n"
            "  ssh host2 virt-ledger collect | virt-ledger ingest\n"
            "  virt-ledger ingest site-a.jsonl site-b.jsonl && virt-ledger audit\n",
    .max_arguments = -1,
    .run = run,
};
