/* SPDX-License-Identifier: Apache-2.0 */
/* Seeds: the SQL of one owner is that of the other, but for where it finds domain and road. */
#include "store/keeper_seeds.h"

#include "facts/stream.h"

#define OF_GUEST  "SELECT domain_id, road FROM guest WHERE guest_id = :id"
#define OF_DOMAIN "SELECT :id AS domain_id, 'xml' AS road"

#define CLOSE(table, key, owner)                                                                   \
  "UPDATE " table "\n"                                                                             \
  "   SET until_scan = :scan_id\n"                                                                 \
  " WHERE (domain_id, road) = (" owner ")\n"                                                       \
  "   AND " key " AND until_scan IS NULL"

/*
 * Of a list in a seed, :seed is its place, NULL for all of them. What a version of the stream does
 * not tell of is not absent.
 */
#define CLOSE_ABSENT(table, of, key, owner)                                                        \
  "UPDATE " table "\n"                                                                             \
  "   SET until_scan = :scan_id\n"                                                                 \
  " WHERE (domain_id, road) = (" owner ")" of " AND until_scan IS NULL\n"                          \
  "   AND " key " NOT IN (SELECT value FROM json_each(:keys))\n"                                   \
  "   AND :version >= " G_STRINGIFY(STREAM_VERSION_KEYS)

#define IN_SEED " AND place = ifnull(:seed, place)"

/* Users and keys go with their seed. */
#define CLOSE_LOST(table, owner)                                                                   \
  "UPDATE " table " AS f\n"                                                                        \
  "   SET until_scan = :scan_id\n"                                                                 \
  " WHERE (domain_id, road) = (" owner ") AND until_scan IS NULL\n"                                \
  "   AND NOT EXISTS (SELECT 1\n"                                                                  \
  "                     FROM seed_fact\n"                                                          \
  "                    WHERE domain_id = f.domain_id AND road = f.road AND place = f.place\n"      \
  "                      AND until_scan IS NULL)"

#define SEED_COMPARE(owner)                                                                        \
  "SELECT (status, detail, instance_id, hostname, fetched_from, parts, sets, network, secrets,\n"  \
  "        ssh_deletekeys, preserve_hostname)\n"                                                   \
  "    IS (:status, :detail, :instance_id, :hostname, :fetched_from, :parts, :sets, :network,\n"   \
  "        :secrets, :ssh_deletekeys, :preserve_hostname)\n"                                       \
  "  FROM seed_fact\n"                                                                             \
  " WHERE (domain_id, road) = (" owner ")\n"                                                       \
  "   AND place = :place AND until_scan IS NULL"

#define SEED_INSERT(owner)                                                                         \
  "INSERT INTO seed_fact (domain_id, road, place, since_scan, status, detail, instance_id,\n"      \
  "       hostname, fetched_from, parts, sets, network, secrets, ssh_deletekeys,\n"                \
  "       preserve_hostname)\n"                                                                    \
  "SELECT o.domain_id, o.road, :place, :scan_id, :status, :detail, :instance_id, :hostname,\n"     \
  "       :fetched_from, :parts, :sets, :network, :secrets, :ssh_deletekeys, :preserve_hostname\n" \
  "  FROM (" owner ") AS o"

#define USER_COMPARE(owner)                                                                        \
  "SELECT (is_system, has_password, lock_passwd, groups, shell)\n"                                 \
  "    IS (:is_system, :has_password, :lock_passwd, :groups, :shell)\n"                            \
  "  FROM seed_user_fact\n"                                                                        \
  " WHERE (domain_id, road) = (" owner ")\n"                                                       \
  "   AND place = :seed AND name = :name AND until_scan IS NULL"

#define USER_INSERT(owner)                                                                         \
  "INSERT INTO seed_user_fact (domain_id, road, place, name, since_scan, is_system,\n"             \
  "       has_password, lock_passwd, groups, shell)\n"                                             \
  "SELECT o.domain_id, o.road, :seed, :name, :scan_id, :is_system, :has_password, :lock_passwd,\n" \
  "       :groups, :shell\n"                                                                       \
  "  FROM (" owner ") AS o"

#define KEY_COMPARE(owner)                                                                         \
  "SELECT (algorithm, bits, fingerprint, comment)\n"                                               \
  "    IS (:algorithm, :bits, :fingerprint, :comment)\n"                                           \
  "  FROM seed_key_fact\n"                                                                         \
  " WHERE (domain_id, road) = (" owner ")\n"                                                       \
  "   AND place = :seed AND user = :user AND entry = :entry AND until_scan IS NULL"

#define KEY_INSERT(owner)                                                                          \
  "INSERT INTO seed_key_fact (domain_id, road, place, user, entry, since_scan, algorithm, bits,\n" \
  "       fingerprint, comment)\n"                                                                 \
  "SELECT o.domain_id, o.road, :seed, :user, :entry, :scan_id, :algorithm, :bits, :fingerprint,\n" \
  "       :comment\n"                                                                              \
  "  FROM (" owner ") AS o"

static char *
seed_key(gconstpointer data)
{
  const struct seed *seed = data;

  return g_strdup(seed->place);
}

static char *
user_key(gconstpointer data)
{
  const struct seed_user *user = data;

  return g_strdup(user->name);
}

static char *
key_key(gconstpointer data)
{
  const struct seed_key *key = data;

  return g_strconcat(key->user, "\n", key->entry, NULL);
}

#define SEED_TABLES_OF(owner)                                                                      \
  {                                                                                                \
    [SEED] = {.shape = &seed_shape,                                                                \
              .compare = SEED_COMPARE(owner),                                                      \
              .close = CLOSE("seed_fact", "place = :place", owner),                                \
              .insert = SEED_INSERT(owner),                                                        \
              .close_absent = CLOSE_ABSENT("seed_fact", "", "place", owner),                       \
              .key = seed_key},                                                                    \
    [SEED_USER] = {.shape = &seed_user_shape,                                                      \
                   .compare = USER_COMPARE(owner),                                                 \
                   .close = CLOSE("seed_user_fact", "place = :seed AND name = :name", owner),      \
                   .insert = USER_INSERT(owner),                                                   \
                   .close_absent = CLOSE_ABSENT("seed_user_fact", IN_SEED, "name", owner),         \
                   .close_lost = CLOSE_LOST("seed_user_fact", owner),                              \
                   .key = user_key},                                                               \
    [SEED_KEY] = {                                                                                 \
      .shape = &seed_key_shape,                                                                    \
      .compare = KEY_COMPARE(owner),                                                               \
      .close = CLOSE("seed_key_fact", "place = :seed AND user = :user AND entry = :entry", owner), \
      .insert = KEY_INSERT(owner),                                                                 \
      .close_absent = CLOSE_ABSENT("seed_key_fact", IN_SEED, "user || char(10) || entry", owner),  \
      .close_lost = CLOSE_LOST("seed_key_fact", owner),                                            \
      .key = key_key                                                                               \
    }                                                                                              \
  }

const struct fact_sql keeper_seeds_of_guest[SEED_TABLES] = SEED_TABLES_OF(OF_GUEST);
const struct fact_sql keeper_seeds_of_domain[SEED_TABLES] = SEED_TABLES_OF(OF_DOMAIN);

/* Names are the same whoever has the seed. */
static bool
is_unique(enum keeper_seeds_table table, GPtrArray *list, const char *twice, GError **error)
{
  if (fact_list_is_unique(&keeper_seeds_of_guest[table], list))
    return true;
  g_set_error(error, STORE_ERROR, STORE_ERROR_STREAM, "%s", twice);
  return false;
}

bool
keeper_seeds_check(GPtrArray *seeds, GError **error)
{
  if (!is_unique(SEED, seeds, "it has two seeds with one place", error))
    return false;
  for (guint i = 0; i < seeds->len; i++) {
    const struct seed *seed = seeds->pdata[i];

    if (!is_unique(SEED_USER, seed->users, "a seed has two users with one name", error) ||
        !is_unique(SEED_KEY, seed->keys, "a seed has two keys with one user and entry", error))
      return false;
  }
  return true;
}

static bool
keep_one(struct fact_table *const *tables, const struct fact_place *owner, const struct seed *seed,
         GError **error)
{
  struct fact_place place = *owner;

  place.seed = seed->place;
  return fact_table_keep(tables[SEED], owner, seed, error) &&
         fact_table_keep_list(tables[SEED_USER], &place, seed->users, error) &&
         fact_table_keep_list(tables[SEED_KEY], &place, seed->keys, error);
}

static bool
close_absent(struct fact_table *const *tables, const struct fact_place *owner, GPtrArray *seeds,
             GError **error)
{
  return fact_table_close_absent(tables[SEED], owner, seeds, error) &&
         fact_table_close_lost(tables[SEED_USER], owner, error) &&
         fact_table_close_lost(tables[SEED_KEY], owner, error);
}

bool
keeper_seeds_keep(struct fact_table *const *tables, const struct fact_place *owner,
                  GPtrArray *seeds, bool whole, GError **error)
{
  for (guint i = 0; i < seeds->len; i++)
    if (!keep_one(tables, owner, seeds->pdata[i], error))
      return false;
  return owner->is_new || !whole || close_absent(tables, owner, seeds, error);
}
