/* SPDX-License-Identifier: Apache-2.0 */
/* The lists of `virt-ledger list`: views of the ledger, and which columns a table shows. */
#pragma once

#include "cmd/output/output.h"

#include <sqlite3.h>

struct list {
  const char *name;
  const char *sql; /* all columns of a view; :domains, if any: JSON array of domain_id, NULL: all */
  const char *sql_of_keys; /* the same of the keys in :fingerprints, a JSON array; NULL: no keys */
  bool has_sources;        /* of keys that let in, which may be more: see the list key-sources */
  char *(*rows)(void);     /* makes :rows, the JSON of what the program knows itself, for a `sql`
                              that needs no ledger; NULL: a list of the ledger */
  const char *shown;       /* names of the columns of a table without --columns */

  /* Those of `sql`, in its order, ended by one without a name. */
  const struct output_column *columns;
};

/* What a list is narrowed to: JSON arrays; NULL: everything. */
struct list_filter {
  const char *domains;      /* of domain_id */
  const char *fingerprints; /* only for a list with sql_of_keys */
};

/* The list of that name; NULL when there is none. */
const struct list *lists_find(const char *name);

/* Names of all lists, or of the columns of one; a new array. */
char **lists_names(void);
char **lists_column_names(const struct list *list);

/* Whether the list can be narrowed to some domains. */
bool lists_is_by_domain(const struct list *list);

/*
 * Indexes of the columns that `names` chooses, separated by commas, or "all", as a new array of
 * int. NULL with G_OPTION_ERROR_BAD_VALUE and the name that is unknown.
 */
GArray *lists_choose(const struct list *list, const char *names, GError **error);

/* Write the rows of a list, of whose columns `picks` chooses. As rows_write(). */
bool lists_print(const struct list *list, GArray *picks, sqlite3 *db,
                 const struct list_filter *filter, const struct output_options *how,
                 GError **error);

/* The same of the rows of a statement that selects the list's columns. */
bool lists_write(const struct list *list, GArray *picks, sqlite3_stmt *statement,
                 const struct output_options *how, GError **error);
