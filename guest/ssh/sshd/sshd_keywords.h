/* SPDX-License-Identifier: Apache-2.0 */
/* The keywords of sshd_config(5): which there are, what arguments they take, and where. */
#pragma once

#include "guest/ssh/sshd/sshd_config.h"

/* What may follow a keyword. */
enum sshd_arguments {
  ARGUMENTS_ONE,     /* one, whatever it says */
  ARGUMENTS_TRUTH,   /* yes or no */
  ARGUMENTS_ROOT,    /* what PermitRootLogin takes */
  ARGUMENTS_NUMBER,  /* one number */
  ARGUMENTS_SOME,    /* one or more */
  ARGUMENTS_LIST,    /* any number, none of them empty */
  ARGUMENTS_REST,    /* the rest of the line, as written */
  ARGUMENTS_COMMAND, /* the same: a command with its path, or "none" */
  ARGUMENTS_IGNORED, /* nobody looks: the keyword does nothing any more */
  ARGUMENTS_INCLUDE, /* patterns of files */
  ARGUMENTS_MATCH,   /* conditions of a block */
};

struct sshd_keyword_row {
  const char *name; /* lower case */
  enum sshd_arguments arguments;
  bool outside_only;         /* not allowed in a Match block */
  enum sshd_keyword keyword; /* SSHD_OTHER when nobody asks for it */
};

/* The row of a keyword, in any case; NULL for none that sshd knows. */
const struct sshd_keyword_row *sshd_keyword_find(const char *name);

/* Whether each line of a keyword adds to those before it; of the others the first one counts. */
bool sshd_keyword_adds_up(enum sshd_keyword keyword);

/* What is wrong with the arguments of a line, or NULL. `rest` is the line behind the keyword. */
const char *sshd_keyword_check(const struct sshd_keyword_row *row, char *const *arguments,
                               const char *rest);
