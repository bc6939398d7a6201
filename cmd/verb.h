/* SPDX-License-Identifier: Apache-2.0 */
/* A verb of virt-ledger: one file, one const entry, one row of the table in cmd/verbs.c. */
#pragma once

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
  char *ledger; /* --ledger; NULL: ledger_default_path() */
  bool quiet, verbose, no_color;
};

/*
 * One option of a verb, as in its --help. `target` is the offset of the member in the verb's own options
 * struct: char * for OPTION_TEXT, char ** for OPTION_TEXTS, bool for OPTION_FLAG, gint64 for OPTION_NUMBER.
 */
enum option_type {
  OPTION_FLAG,
  OPTION_TEXT,
  OPTION_TEXTS, /* may be given several times */
  OPTION_NUMBER,
};

struct verb_option {
  const char *name; /* long */
  char letter;      /* 0 for none */
  enum option_type type;
  size_t target;
  const char *value; /* what --help calls the value: "URI" */
  const char *help;
  const char *const *words; /* the only values of a OPTION_TEXT, for checking and completion; NULL for any */
};

struct verb {
  const char *name;
  const char *arguments; /* as in the usage line: "[FILE…]" */
  const char *summary;   /* one line, for the list of verbs */
  const char *help;      /* paragraphs that teach: what it does, exit statuses, examples */
  const struct verb_option *options; /* ended by one without a name; NULL for none */
  size_t options_size;               /* of the verb's options struct, zeroed before parsing */
  int min_arguments, max_arguments;  /* max -1: any number */
  bool hidden;                       /* not in the list of verbs */
  enum exit_status (*run)(const struct globals *globals, gpointer options, char **arguments);
};

/* All verbs, ended by NULL. */
extern const struct verb *const verbs[];
