/* SPDX-License-Identifier: Apache-2.0 */
/* virt-ledger: the command line, from its words to a verb and from the verb to an exit status. */
#include "cmd/output/message.h"
#include "cmd/usage.h"
#include "cmd/version.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* All output is UTF-8, by which libsmartcols counts columns, also in the locale C of containers. */
static void
use_utf8(void)
{
  setlocale(LC_CTYPE, "");
  if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
    setlocale(LC_CTYPE, "C.UTF-8");
}

static enum exit_status
refuse_verb(const struct globals *globals, const char *name)
{
  const struct verb *nearest = verbs_nearest(name);

  if (nearest)
    return message_usage(globals, NULL, "there is no verb '%s'; did you mean '%s'?", name,
                         nearest->name);
  return message_usage(globals, NULL, "there is no verb '%s'", name);
}

static enum exit_status
run_with_options(const struct verb *verb, const struct globals *globals, gpointer options,
                 char **arguments)
{
  int count = (int)g_strv_length(arguments);

  if (count < verb->min_arguments)
    return message_usage(globals, verb->name, "%s: %s is missing", verb->name, verb->arguments);
  if (verb->max_arguments >= 0 && count > verb->max_arguments)
    return message_usage(globals, verb->name, "%s: '%s' is one argument too many", verb->name,
                         arguments[verb->max_arguments]);
  return verb->run(globals, options, arguments);
}

/* --help and --version, before or after the verb, are answers by themselves. */
static bool
answered(const struct globals *globals, const struct verb *verb)
{
  if (globals->help && verb)
    usage_print_verb(stdout, verb);
  else if (globals->help)
    usage_print_program(stdout);
  else if (globals->version)
    puts(VERSION_TOOL);
  return globals->help || globals->version;
}

/* `words` is the verb's name and all that follows it. */
static enum exit_status
run_verb(const struct verb *verb, struct globals *globals, char ***words)
{
  g_autofree gpointer options = g_malloc0(MAX(verb->options_size, 1));
  const struct option_set own = {verb->options, options};
  const struct option_set sets[] = {own, {usage_global_options, globals}, {0}};
  g_autoptr(GError) error = NULL;
  enum exit_status status;

  if (!options_parse(sets, words, false, &error))
    status = message_usage(globals, verb->name, "%s: %s", verb->name, error->message);
  else if (answered(globals, verb))
    status = EXIT_OK;
  else
    status = run_with_options(verb, globals, options, *words + 1);
  options_clear(&own);
  return status;
}

static enum exit_status
run(struct globals *globals, char ***words)
{
  const struct option_set sets[] = {{usage_global_options, globals}, {0}};
  g_autoptr(GError) error = NULL;

  if (!options_parse(sets, words, true, &error))
    return message_usage(globals, NULL, "%s", error->message);
  if (!(*words)[1]) {
    if (answered(globals, NULL))
      return EXIT_OK;
    usage_print_program(stderr);
    return EXIT_USAGE;
  }
  const struct verb *verb = verbs_find((*words)[1]);
  if (!verb)
    return refuse_verb(globals, (*words)[1]);
  g_auto(GStrv) rest = g_strdupv(*words + 1);
  return run_verb(verb, globals, &rest);
}

/*
 * Standard output that could not be written is an error; one that nobody reads any more ends us
 * as it ends `cat`.
 */
static enum exit_status
finish_output(const struct globals *globals, enum exit_status status)
{
  if (fflush(stdout) == 0 && !ferror(stdout))
    return status;
  /* The stream no longer knows why: ask once more. */
  clearerr(stdout);
  errno = 0;
  putchar('\n');
  fflush(stdout);
  if (errno == EPIPE) {
    signal(SIGPIPE, SIG_DFL);
    raise(SIGPIPE);
  }
  message_error(globals, "cannot write to standard output: %s", g_strerror(errno ? errno : EIO));
  return EXIT_ERROR;
}

/*
 * A closed one would be taken by the next file that is opened, and messages written into that. What
 * takes its place can be used as little as before.
 */
static void
open_standard_files(void)
{
  for (int file = STDIN_FILENO; file <= STDERR_FILENO; file++)
    if (fcntl(file, F_GETFD) < 0)
      open("/dev/null", file == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int
main(G_GNUC_UNUSED int argc, char **argv)
{
  g_auto(GStrv) words = g_strdupv(argv);
  struct globals globals = {0};

  open_standard_files();
  use_utf8();
  /* A reader or a collector that dies while it is written to must not take us with it. */
  signal(SIGPIPE, SIG_IGN);
  enum exit_status status = finish_output(&globals, run(&globals, &words));
  options_clear(&(struct option_set){usage_global_options, &globals});
  return (int)status;
}
