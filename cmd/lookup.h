/* SPDX-License-Identifier: Apache-2.0 */
/* The domains that a word of the command line means. */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <sqlite3.h>

struct lookup_match {
  gint64 domain_id;
  char *name, *uuid, *hypervisor;
};

/* An empty array of struct lookup_match, which it owns; new. */
GPtrArray *lookup_matches_new(void);

/*
 * The current domains whose name or UUID is `word`; when there are none, those whose UUID begins
 * with it, if it has at least four digits. `hypervisor` keeps those of one hypervisor, by name or
 * URI; NULL keeps all. A new array of struct lookup_match in stable order, empty when there are
 * none; NULL with an error of the ledger.
 */
GPtrArray *lookup_domains(sqlite3 *db, const char *word, const char *hypervisor, GError **error);

/*
 * Append the domain_id of each of them to a JSON array; an id that is there already is not appended
 * again. Returns how many domains there are; -1 with an error of the ledger.
 */
int lookup_domain_ids(sqlite3 *db, const char *word, json_t *ids, GError **error);
