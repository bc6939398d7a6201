/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs: adding one is its file, two words here and its section of docs/virt-ledger.1. */
#include "cmd/verb.h"

#include "cmd/nearest.h"

#include <string.h>

extern const struct verb verb_scan, verb_collect, verb_ingest, verb_list, verb_show, verb_query,
    verb_diff, verb_audit, verb_accept, verb_watch, verb_db, verb_hosts, verb_help, verb_complete,
    verb_events, verb_known_hosts;

const struct verb *const verbs[] = {
    &verb_scan,        &verb_hosts, &verb_collect,  &verb_ingest, &verb_list,   &verb_show,
    &verb_known_hosts, &verb_query, &verb_diff,     &verb_audit,  &verb_accept, &verb_watch,
    &verb_db,          &verb_help,  &verb_complete, &verb_events, NULL,
};

const struct verb *
verbs_find(const char *name)
{
  for (const struct verb *const *verb = verbs; *verb; verb++)
    if (strcmp((*verb)->name, name) == 0)
      return *verb;
  return NULL;
}

const struct verb *
verbs_nearest(const char *name)
{
  const char *names[G_N_ELEMENTS(verbs)];
  guint count = 0;

  for (const struct verb *const *verb = verbs; *verb; verb++)
    names[count++] = (*verb)->hidden ? "" : (*verb)->name;
  int nearest = nearest_word(name, names, count);
  return nearest < 0 ? NULL : verbs[nearest];
}
