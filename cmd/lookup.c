/* SPDX-License-Identifier: Apache-2.0 */
/* Domains by name, UUID or the beginning of a UUID. */
#include "cmd/lookup.h"

#include "store/sql.h"

#include <string.h>

#define PREFIX_MIN 4

#define DOMAINS_WHERE(condition)                                                                   \
  "SELECT d.domain_id, d.name, d.uuid, d.hypervisor\n"                                             \
  "  FROM domains AS d\n"                                                                          \
  " WHERE " condition "\n"                                                                         \
  "   AND (:hypervisor IS NULL\n"                                                                  \
  "        OR d.hypervisor IN (SELECT name\n"                                                      \
  "                              FROM hypervisors\n"                                               \
  "                             WHERE name = :hypervisor OR uri = :hypervisor))\n"                 \
  " ORDER BY d.name, d.hypervisor, d.uuid"

static const char DOMAINS_EXACT[] = DOMAINS_WHERE("(d.name = :word OR d.uuid = lower(:word))");

static const char DOMAINS_BY_PREFIX[] =
    DOMAINS_WHERE("substr(d.uuid, 1, length(:word)) = lower(:word)");

static void
match_free(gpointer data)
{
  struct lookup_match *match = data;

  g_free(match->name);
  g_free(match->uuid);
  g_free(match->hypervisor);
  g_free(match);
}

GPtrArray *
lookup_matches_new(void)
{
  return g_ptr_array_new_with_free_func(match_free);
}

static char *
column_text(sqlite3_stmt *statement, int column)
{
  return g_strdup((const char *)sqlite3_column_text(statement, column));
}

static GPtrArray *
find(sqlite3 *db, const char *sql, const char *word, const char *hypervisor, GError **error)
{
  g_autoptr(Statement) statement = sql_prepare(db, sql, error);
  g_autoptr(GPtrArray) matches = lookup_matches_new();
  int more;

  if (!statement)
    return NULL;
  sql_bind_text(statement, ":word", word);
  sql_bind_text(statement, ":hypervisor", hypervisor);
  while ((more = sql_step(statement, error)) > 0) {
    struct lookup_match *match = g_new0(struct lookup_match, 1);

    match->domain_id = sqlite3_column_int64(statement, 0);
    match->name = column_text(statement, 1);
    match->uuid = column_text(statement, 2);
    match->hypervisor = column_text(statement, 3);
    g_ptr_array_add(matches, match);
  }
  return more < 0 ? NULL : g_steal_pointer(&matches);
}

GPtrArray *
lookup_domains(sqlite3 *db, const char *word, const char *hypervisor, GError **error)
{
  GPtrArray *matches = find(db, DOMAINS_EXACT, word, hypervisor, error);

  if (!matches || matches->len > 0 || strlen(word) < PREFIX_MIN)
    return matches;
  g_ptr_array_unref(matches);
  return find(db, DOMAINS_BY_PREFIX, word, hypervisor, error);
}

static bool
holds(const json_t *ids, gint64 id)
{
  const json_t *known;
  size_t i;

  json_array_foreach((json_t *)ids, i, known)
    if (json_integer_value(known) == id)
      return true;
  return false;
}

int
lookup_domain_ids(sqlite3 *db, const char *word, json_t *ids, GError **error)
{
  g_autoptr(GPtrArray) matches = lookup_domains(db, word, NULL, error);

  if (!matches)
    return -1;
  for (guint i = 0; i < matches->len; i++) {
    const struct lookup_match *match = matches->pdata[i];

    if (!holds(ids, match->domain_id))
      json_array_append_new(ids, json_integer(match->domain_id));
  }
  return (int)matches->len;
}
