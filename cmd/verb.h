/* SPDX-License-Identifier: Apache-2.0 */
/* A verb of virt-ledger: one file, one const entry, one row of the table in cmd/verbs.c. */
#pragma once

#include "cmd/options.h"

#include <glib.h>
#include <stdbool.h>

/* Exit statuses, as docs/virt-ledger.1 says. Findings win over partial. */
enum exit_status {
  EXIT_OK = 0,
  EXIT_ERROR = 1,
  EXIT_FINDINGS = 2,
  EXIT_PARTIAL = 3,
  EXIT_USAGE = 64,
};

/* Options that every verb takes, already parsed. */
struct globals {
  char *ledger; /* --ledger; NULL: open_path() decides */
  bool quiet, verbose, no_color;
  bool help, version; /* main() has answered them before a verb runs */
};

struct verb {
  const char *name;
  const char *arguments; /* as in the usage line: "[FILE…]"; NULL when it takes none */
  const char *summary;   /* one line, for the list of verbs */
  const char *help;      /* paragraphs that teach: what it does, exit statuses, examples */
  const struct verb_option *options; /* ended by one without a name; NULL for none */
  size_t options_size;               /* of the verb's options struct, zeroed before parsing */
  int min_arguments, max_arguments;  /* max -1: any number */
  bool hidden;                       /* not in the list of verbs */

  /*
   * What the first argument may be, for the shell's completion: "domains", "disks", …; a new array.
   * NULL leaves it to `arguments`, where the word DOMAIN stands for the domains of the ledger.
   */
  char **(*argument_words)(void);

  /* `arguments` is ended by NULL and holds as many as the verb allows. */
  enum exit_status (*run)(const struct globals *globals, gpointer options, char **arguments);
};

/* All verbs, in the order of help, ended by NULL. */
extern const struct verb *const verbs[];

/* The verb of that name; NULL when there is none. */
const struct verb *verbs_find(const char *name);

/* The verb whose name comes nearest to a mistyped one; NULL when none is near. */
const struct verb *verbs_nearest(const char *name);
