/* SPDX-License-Identifier: Apache-2.0 */
/* Upserts that write only what is another, and the end of what is said no longer. */
#include "store/policy.h"

#include "store/bind.h"
#include "store/sql.h"

#include <jansson.h>

static const char KEEP_POLICY[] =
    "INSERT INTO key_policy (name, mode, file, guests, labels, hypervisors, users)\n"
    "VALUES (:name, :mode, :file, :guests, :labels, :hypervisors, :users)\n"
    "    ON CONFLICT (name) DO UPDATE\n"
    "   SET (mode, file, guests, labels, hypervisors, users)\n"
    "     = (:mode, :file, :guests, :labels, :hypervisors, :users)\n"
    " WHERE (mode, file, guests, labels, hypervisors, users)\n"
    "    IS NOT (:mode, :file, :guests, :labels, :hypervisors, :users)";

static const char KEEP_KEY[] =
    "INSERT INTO key_policy_key (name, line, fingerprint, cert_authority, options, algorithm,\n"
    "       comment)\n"
    "VALUES (:name, :line, :fingerprint, :cert_authority, :options, :algorithm, :comment)\n"
    "    ON CONFLICT (name, line) DO UPDATE\n"
    "   SET (fingerprint, cert_authority, options, algorithm, comment)\n"
    "     = (:fingerprint, :cert_authority, :options, :algorithm, :comment)\n"
    " WHERE (fingerprint, cert_authority, options, algorithm, comment)\n"
    "    IS NOT (:fingerprint, :cert_authority, :options, :algorithm, :comment)";

static const char KEEP_SHARED[] = "INSERT INTO shared_host_key (name, guests)\n"
                                  "VALUES (:name, :guests)\n"
                                  "    ON CONFLICT (name) DO UPDATE\n"
                                  "   SET guests = :guests\n"
                                  " WHERE guests IS NOT :guests";

/* The one number there is so far. */
static const char KEEP_THRESHOLD[] = "INSERT INTO threshold (name, value)\n"
                                     "VALUES ('authorized-key.everywhere', :value)\n"
                                     "    ON CONFLICT (name) DO UPDATE\n"
                                     "   SET value = :value\n"
                                     " WHERE value IS NOT :value";

static const char END_LINES[] = "DELETE FROM key_policy_key\n"
                                " WHERE name = :name\n"
                                "   AND line NOT IN (SELECT value FROM json_each(:kept))";

static const char END_KEYS[] = "DELETE FROM key_policy_key\n"
                               " WHERE name NOT IN (SELECT value FROM json_each(:kept))";

static const char END_POLICIES[] = "DELETE FROM key_policy\n"
                                   " WHERE name NOT IN (SELECT value FROM json_each(:kept))";

static const char END_SHARED[] = "DELETE FROM shared_host_key\n"
                                 " WHERE name NOT IN (SELECT value FROM json_each(:kept))";

static char *
json_text(json_t *array)
{
  char *text = json_dumps(array, JSON_COMPACT);

  json_decref(array);
  return text;
}

/* JSON arrays, new: of words, of the names of structs that begin with one, of the lines of keys. */
static char *
json_of_words(char **words)
{
  json_t *array = json_array();

  for (; *words; words++)
    json_array_append_new(array, json_string(*words));
  return json_text(array);
}

static char *
json_of_names(const GPtrArray *list)
{
  json_t *array = json_array();

  for (guint i = 0; i < list->len; i++)
    json_array_append_new(array, json_string(*(char *const *)list->pdata[i]));
  return json_text(array);
}

static char *
json_of_lines(const GPtrArray *keys)
{
  json_t *array = json_array();

  for (guint i = 0; i < keys->len; i++)
    json_array_append_new(array, json_integer(((const struct policy_key *)keys->pdata[i])->line));
  return json_text(array);
}

/* Delete rows that are not among those kept: of one policy, where the statement asks for :name. */
static bool
end_others(sqlite3 *db, const char *sql, const char *name, const char *kept, GError **error)
{
  g_autoptr(Statement) statement = sql_prepare(db, sql, error);

  if (!statement)
    return false;
  sql_bind_text(statement, ":name", name);
  sql_bind_text(statement, ":kept", kept);
  return sql_run(statement, error);
}

static bool
keep_key(sqlite3_stmt *keep, const char *name, const struct policy_key *key, GError **error)
{
  sql_bind_text(keep, ":name", name);
  sql_bind_number(keep, ":line", key->line);
  sql_bind_text(keep, ":fingerprint", key->fingerprint);
  sql_bind_number(keep, ":cert_authority", key->cert_authority);
  bind_octets(keep, sqlite3_bind_parameter_index(keep, ":options"), key->options);
  sql_bind_text(keep, ":algorithm", key->algorithm);
  bind_octets(keep, sqlite3_bind_parameter_index(keep, ":comment"), key->comment);
  return sql_run(keep, error);
}

static bool
keep_keys(sqlite3 *db, const struct key_policy *policy, GError **error)
{
  g_autoptr(Statement) keep = sql_prepare(db, KEEP_KEY, error);
  g_autofree char *lines = json_of_lines(policy->keys);

  if (!keep)
    return false;
  for (guint i = 0; i < policy->keys->len; i++)
    if (!keep_key(keep, policy->name, policy->keys->pdata[i], error))
      return false;
  return end_others(db, END_LINES, policy->name, lines, error);
}

static bool
keep_policy(sqlite3 *db, const struct key_policy *policy, GError **error)
{
  g_autoptr(Statement) keep = sql_prepare(db, KEEP_POLICY, error);
  g_autofree char *guests = json_of_words(policy->guests);
  g_autofree char *labels = json_of_words(policy->labels);
  g_autofree char *hypervisors = json_of_words(policy->hypervisors);
  g_autofree char *users = json_of_words(policy->users);

  if (!keep)
    return false;
  sql_bind_text(keep, ":name", policy->name);
  sql_bind_text(keep, ":mode", policy->mode);
  sql_bind_text(keep, ":file", policy->file);
  sql_bind_text(keep, ":guests", guests);
  sql_bind_text(keep, ":labels", labels);
  sql_bind_text(keep, ":hypervisors", hypervisors);
  sql_bind_text(keep, ":users", users);
  return sql_run(keep, error) && keep_keys(db, policy, error);
}

static bool
keep_policies(sqlite3 *db, const GPtrArray *policies, GError **error)
{
  g_autofree char *names = json_of_names(policies);

  for (guint i = 0; i < policies->len; i++)
    if (!keep_policy(db, policies->pdata[i], error))
      return false;
  return end_others(db, END_KEYS, NULL, names, error) &&
         end_others(db, END_POLICIES, NULL, names, error);
}

static bool
keep_shared(sqlite3 *db, const struct shared_host_key *shared, GError **error)
{
  g_autoptr(Statement) keep = sql_prepare(db, KEEP_SHARED, error);
  g_autofree char *guests = json_of_words(shared->guests);

  if (!keep)
    return false;
  sql_bind_text(keep, ":name", shared->name);
  sql_bind_text(keep, ":guests", guests);
  return sql_run(keep, error);
}

static bool
keep_all_shared(sqlite3 *db, const GPtrArray *list, GError **error)
{
  g_autofree char *names = json_of_names(list);

  for (guint i = 0; i < list->len; i++)
    if (!keep_shared(db, list->pdata[i], error))
      return false;
  return end_others(db, END_SHARED, NULL, names, error);
}

static bool
keep_threshold(sqlite3 *db, gint64 everywhere, GError **error)
{
  g_autoptr(Statement) keep = sql_prepare(db, KEEP_THRESHOLD, error);

  if (!keep)
    return false;
  sql_bind_number(keep, ":value", everywhere);
  return sql_run(keep, error);
}

bool
policy_save(struct ledger *ledger, const struct policy *policy, GError **error)
{
  sqlite3 *db = ledger_db(ledger);

  if (!sql_begin(db, error))
    return false;
  bool done = keep_policies(db, policy->keys, error) &&
              keep_all_shared(db, policy->shared_host_keys, error) &&
              keep_threshold(db, policy->everywhere, error) && sql_commit(db, error);
  if (!done)
    sql_rollback(db);
  return done;
}
