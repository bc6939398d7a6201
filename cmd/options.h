/* SPDX-License-Identifier: Apache-2.0 */
/* Options as tables: parsing, --help and completion read the same rows. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

enum option_type {
  OPTION_FLAG,   /* bool */
  OPTION_TEXT,   /* char *; given again, the last one counts */
  OPTION_TEXTS,  /* char **, ended by NULL: may be given several times */
  OPTION_NUMBER, /* gint64, from 0 on */
};

/* One option. `target` is the offset of the member, of its type's C type, in the options struct. */
struct verb_option {
  const char *name; /* long */
  char letter;      /* 0 for none */
  enum option_type type;
  size_t target;
  const char *value; /* what --help calls the value: "URI" */
  const char *help;
  const char *const *words; /* the only values of an OPTION_TEXT, ended by NULL; NULL for any */
};

/* Options and the struct that they fill. */
struct option_set {
  const struct verb_option *options; /* ended by one without a name; NULL for none */
  gpointer target;                   /* zeroed, or holding defaults that options_clear() may free */
};

/*
 * Take the options out of `*words`, whose first element is no option but a name, and store them in
 * the sets, of which the last has no target. What remains are the name and the arguments. With
 * `leading`, the first argument ends the options. False with G_OPTION_ERROR and a message for the
 * user; what was stored until then stays.
 */
bool options_parse(const struct option_set *sets, char ***words, bool leading, GError **error);

/* Free the texts of the struct and zero its options. */
void options_clear(const struct option_set *set);
