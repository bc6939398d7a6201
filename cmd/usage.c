/* SPDX-License-Identifier: Apache-2.0 */
/* Help texts. */
#include "cmd/usage.h"

#include <stddef.h>

#define AT(member) offsetof(struct globals, member)
const struct verb_option usage_global_options[] = {
    {"ledger", 0, OPTION_TEXT, AT(ledger), "FILE",
     "the ledger, instead of VIRT_LEDGER or the configured one"},
    {"quiet", 'q', OPTION_FLAG, AT(quiet), NULL,
     "no notes on standard error, only warnings and errors"},
    {"verbose", 'v', OPTION_FLAG, AT(verbose), NULL, "say what is being done"},
    {"no-color", 0, OPTION_FLAG, AT(no_color), NULL,
     "no colours, as with NO_COLOR in the environment"},
    {"help", 'h', OPTION_FLAG, AT(help), NULL, "print this help"},
    {"version", 'V', OPTION_FLAG, AT(version), NULL, "print the version"},
    {0},
};
#undef AT

#define NAME_WIDTH 28

static void
print_option(FILE *out, const struct verb_option *option)
{
  g_autoptr(GString) name = g_string_new("  ");

  g_string_append_printf(name, option->letter ? "-%c, " : "    ", option->letter);
  g_string_append_printf(name, "--%s", option->name);
  if (option->value)
    g_string_append_printf(name, " %s", option->value);
  if (name->len >= NAME_WIDTH)
    fprintf(out, "%s\n%*s", name->str, NAME_WIDTH, "");
  else
    fprintf(out, "%-*s", NAME_WIDTH, name->str);
  fputs(option->help, out);
  if (option->words) {
    g_autofree char *words = g_strjoinv(", ", (char **)option->words);
    fprintf(out, ": %s", words);
  }
  putc('\n', out);
}

static void
print_options(FILE *out, const char *title, const struct verb_option *options)
{
  if (!options)
    return;
  fprintf(out, "\n%s:\n", title);
  for (const struct verb_option *option = options; option->name; option++)
    print_option(out, option);
}

void
usage_print_program(FILE *out)
{
  fputs("Usage: virt-ledger [OPTION…] VERB [OPTION…] [ARGUMENT…]\n"
        "\n"
        "What is every guest of every libvirt hypervisor, what is it stored on, who does it say\n"
        "it is, and who else says the same? Scanned into one SQLite file, answered in SQL.\n"
        "\n"
        "Verbs:\n",
        out);
  for (const struct verb *const *verb = verbs; *verb; verb++)
    if (!(*verb)->hidden)
      fprintf(out, "  %-13s%s\n", (*verb)->name, (*verb)->summary);
  print_options(out, "Options of every verb", usage_global_options);
  fputs("\n'virt-ledger help VERB' teaches each of them; the manual is virt-ledger(1).\n", out);
}

void
usage_print_verb(FILE *out, const struct verb *verb)
{
  fprintf(out, "Usage: virt-ledger %s%s%s%s\n\n%s", verb->name, verb->options ? " [OPTION…]" : "",
          verb->arguments ? " " : "", verb->arguments ? verb->arguments : "", verb->help);
  print_options(out, "Options", verb->options);
  print_options(out, "Options of every verb", usage_global_options);
}
