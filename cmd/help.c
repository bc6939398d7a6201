/* SPDX-License-Identifier: Apache-2.0 */
/* virt-ledger help: the same as --help, for those who type words. */
#include "cmd/output/message.h"
#include "cmd/usage.h"

static char **
verb_names(void)
{
  g_autoptr(GStrvBuilder) names = g_strv_builder_new();

  for (const struct verb *const *verb = verbs; *verb; verb++)
    if (!(*verb)->hidden)
      g_strv_builder_add(names, (*verb)->name);
  return g_strv_builder_end(names);
}

static enum exit_status
run(const struct globals *globals, G_GNUC_UNUSED gpointer options, char **arguments)
{
  if (!*arguments) {
    usage_print_program(stdout);
    return EXIT_OK;
  }
  const struct verb *verb = verbs_find(*arguments);
  if (!verb)
    return message_usage(globals, NULL, "there is no verb '%s'", *arguments);
  usage_print_verb(stdout, verb);
  return EXIT_OK;
}

const struct verb verb_help = {
    .name = "help",
    .arguments = "[VERB]",
    .summary = "teach a verb",
    .help = "Without a VERB, list all verbs; with one, say what it does, what its exit status\n"
            "means, and show how it is used. The same as 'virt-ledger VERB --help'.\n",
    .max_arguments = 1,
    .argument_words = verb_names,
    .run = run,
};
