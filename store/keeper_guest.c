/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guests: a row of the attempt, one for each root that it read, lists of what is in that, and the
 * seeds that lie beside it.
 */
#include "store/keeper.h"
#include "store/keeper_root.h"
#include "store/keeper_seeds.h"

#include <string.h>

static const char GUEST_COMPARE[] = "SELECT (status, detail) IS (:status, :detail)\n"
                                    "  FROM guest_fact\n"
                                    " WHERE guest_id = :id AND until_scan IS NULL";

static const char GUEST_CLOSE[] = "UPDATE guest_fact\n"
                                  "   SET until_scan = :scan_id\n"
                                  " WHERE guest_id = :id AND until_scan IS NULL";

static const char GUEST_INSERT[] = "INSERT INTO guest_fact (guest_id, since_scan, status, detail)\n"
                                   "VALUES (:id, :scan_id, :status, :detail)";

static const struct fact_sql guest_sql = {
    .shape = &guest_shape,
    .compare = GUEST_COMPARE,
    .close = GUEST_CLOSE,
    .insert = GUEST_INSERT,
};

static const char GUEST_FIND[] =
    "SELECT g.guest_id, g.digest, d.domain_id, f.status = 'ok'\n"
    "  FROM domain AS d\n"
    "  LEFT JOIN guest AS g ON g.domain_id = d.domain_id AND g.road = :key2\n"
    "  LEFT JOIN guest_fact AS f ON f.guest_id = g.guest_id AND f.until_scan IS NULL\n"
    " WHERE d.hypervisor_id = :hypervisor_id AND d.uuid = :key AND d.digest IS NOT NULL";

static const char GUEST_ADD[] = "INSERT INTO guest (domain_id, road, digest)\n"
                                "VALUES (:domain_id, :key2, :digest)";

static const char GUEST_SET_DIGEST[] = "UPDATE guest\n"
                                       "   SET digest = :digest\n"
                                       " WHERE guest_id = :id";

static const char GUEST_CURRENT[] =
    "SELECT g.guest_id\n"
    "  FROM domain AS d\n"
    "  JOIN guest AS g ON g.domain_id = d.domain_id\n"
    " WHERE d.hypervisor_id = :hypervisor_id AND g.digest IS NOT NULL";

static const char GUEST_OF[] = "SELECT g.guest_id\n"
                               "  FROM domain AS d\n"
                               "  JOIN guest AS g ON g.domain_id = d.domain_id\n"
                               " WHERE d.hypervisor_id = :hypervisor_id AND d.uuid = :key\n"
                               "   AND g.digest IS NOT NULL";

static bool
refuse(const char *why, GError **error)
{
  g_set_error(error, STORE_ERROR, STORE_ERROR_STREAM, "%s", why);
  return false;
}

static bool
was_read(gconstpointer data)
{
  const struct guest *guest = data;

  return strcmp(guest->status, GUEST_OK) == 0;
}

enum table {
  GUEST,
  ROOT,
  IDENTITIES,
  SSHD,
  HOST_KEYS,
  ACCOUNTS,
  AUTHORIZED_KEYS,
  KEY_SOURCES,
  CLOUD_INIT,
  SEEDS,
};

/* What a root has lists of, and what is wrong when one of them has a key twice. */
static const struct root_list {
  enum table table;
  size_t list; /* offset of a GPtrArray * in struct root */
  const char *twice;
} root_lists[] = {
    {IDENTITIES, offsetof(struct root, identities),
     "a root has two identities with one kind and path"},
    {SSHD, offsetof(struct root, sshd), "a root has two sshd"},
    {HOST_KEYS, offsetof(struct root, host_keys), "a root has two host keys with one path"},
    {ACCOUNTS, offsetof(struct root, accounts), "a root has two accounts with one name"},
    {AUTHORIZED_KEYS, offsetof(struct root, authorized_keys),
     "a root has two authorized keys with one user, file and entry"},
    {KEY_SOURCES, offsetof(struct root, key_sources),
     "a root has two sources of keys with one user and name"},
    {CLOUD_INIT, offsetof(struct root, cloud_init), "a root has two cloud-inits"},
};

static GPtrArray *
list_of(const struct root *root, const struct root_list *list)
{
  return *(GPtrArray *const *)(gconstpointer)((const char *)root + list->list);
}

static bool
check_root(const struct root *root, GError **error)
{
  for (size_t i = 0; i < G_N_ELEMENTS(root_lists); i++)
    if (!fact_list_is_unique(keeper_guest.tables[root_lists[i].table],
                             list_of(root, &root_lists[i])))
      return refuse(root_lists[i].twice, error);
  return true;
}

static bool
check(gconstpointer data, GError **error)
{
  const struct guest *guest = data;

  if (guest->roots->len > 0 && !was_read(guest))
    return refuse("it has roots, and yet was not read", error);
  if (!fact_list_is_unique(&keeper_root, guest->roots))
    return refuse("it has two roots with one name", error);
  for (guint i = 0; i < guest->roots->len; i++)
    if (!check_root(guest->roots->pdata[i], error))
      return false;
  return keeper_seeds_check(guest->seeds, error);
}

static bool
keep_root(struct fact_table *const *tables, const struct fact_place *guest, const struct root *root,
          GError **error)
{
  struct fact_place place = *guest;

  place.root = root->root;
  for (size_t i = 0; i < G_N_ELEMENTS(root_lists); i++)
    if (!fact_table_keep_list(tables[root_lists[i].table], &place, list_of(root, &root_lists[i]),
                              error))
      return false;
  return true;
}

static bool
close_lost(struct fact_table *const *tables, const struct fact_place *guest, GError **error)
{
  for (size_t i = 0; i < G_N_ELEMENTS(root_lists); i++)
    if (!fact_table_close_lost(tables[root_lists[i].table], guest, error))
      return false;
  return true;
}

static bool
keep_roots(struct fact_table *const *tables, const struct fact_place *guest, GPtrArray *roots,
           GError **error)
{
  if (!fact_table_keep_list(tables[ROOT], guest, roots, error))
    return false;
  for (guint i = 0; i < roots->len; i++)
    if (!keep_root(tables, guest, roots->pdata[i], error))
      return false;
  return guest->is_new || close_lost(tables, guest, error);
}

/* An attempt that failed concludes nothing: what an earlier one read stays. */
static bool
keep(struct fact_table *const *tables, const struct fact_place *place, gconstpointer data,
     GError **error)
{
  const struct guest *guest = data;

  return fact_table_keep(tables[GUEST], place, guest, error) &&
         keeper_seeds_keep(tables + SEEDS, place, guest->seeds, was_read(guest), error) &&
         (!was_read(guest) || keep_roots(tables, place, guest->roots, error));
}

const struct keeper_kind keeper_guest = {
    .subject = {.keys = 2,
                .find = GUEST_FIND,
                .insert = GUEST_ADD,
                .set_digest = GUEST_SET_DIGEST,
                .current = GUEST_CURRENT,
                .of_domain = GUEST_OF},
    .tables = {[GUEST] = &guest_sql,
               [ROOT] = &keeper_root,
               [IDENTITIES] = &keeper_root_identities,
               [SSHD] = &keeper_root_sshd,
               [HOST_KEYS] = &keeper_root_host_keys,
               [ACCOUNTS] = &keeper_root_accounts,
               [AUTHORIZED_KEYS] = &keeper_root_authorized_keys,
               [KEY_SOURCES] = &keeper_root_key_sources,
               [CLOUD_INIT] = &keeper_root_cloud_init,
               [SEEDS + SEED] = &keeper_seeds_of_guest[SEED],
               [SEEDS + SEED_USER] = &keeper_seeds_of_guest[SEED_USER],
               [SEEDS + SEED_KEY] = &keeper_seeds_of_guest[SEED_KEY]},
    .check = check,
    .was_read = was_read,
    .keep = keep,
};
