/* SPDX-License-Identifier: Apache-2.0 */
/* One query per part of a domain. */
#include "cmd/show_model.h"

#include "cmd/finding_sql.h"
#include "cmd/output/rows.h"

#include <stdbool.h>

static const char DOMAIN[] = "SELECT * FROM domains WHERE domain_id = :domain";

static const char INTERFACES[] =
    "SELECT * FROM interfaces WHERE domain_id = :domain ORDER BY position";

static const char FILESYSTEMS[] =
    "SELECT * FROM filesystems WHERE domain_id = :domain ORDER BY position";

static const char DISKS[] = "SELECT * FROM disks WHERE domain_id = :domain ORDER BY target";

static const char GUESTS[] =
    "SELECT * FROM guests WHERE domain_id = :domain ORDER BY effective DESC, road, root";

static const char IDENTITIES[] = "SELECT * FROM identities WHERE domain_id = :domain ORDER BY "
                                 "kind, effective DESC, source, root, value";

static const char FINDINGS[] = "SELECT v.*"
                               "  FROM findings AS v"
                               " WHERE v.status = 'open'"
                               "   AND v.finding_id IN (SELECT f.finding_id"
                               "                          FROM finding_fact AS f"
                               "                          JOIN domain AS d ON d.domain_id = :domain"
                               "                         WHERE f.until_audit IS NULL"
                               "                           AND " FINDING_IS_ABOUT ")"
                               " ORDER BY " FINDING_ORDER("v.severity") ", v.rule, v.subject";

static const char HOST_KEYS[] =
    "SELECT * FROM ssh_host_keys WHERE domain_id = :domain ORDER BY root, path";

/* Each with how many keys it has; those with keys come first. */
static const char ACCOUNTS[] =
    "SELECT a.*, ifnull(k.keys, 0) AS keys, ifnull(k.effective_keys, 0) AS effective_keys"
    "  FROM accounts AS a"
    "  LEFT JOIN (SELECT root_id, user, count(*) AS keys, sum(effective = 1) AS effective_keys"
    "               FROM authorized_keys"
    "              WHERE domain_id = :domain"
    "              GROUP BY root_id, user) AS k ON k.root_id = a.root_id AND k.user = a.name"
    " WHERE a.domain_id = :domain"
    " ORDER BY ifnull(k.keys, 0) = 0, a.uid, a.name, a.root";

/* Those that let somebody in come first. */
static const char AUTHORIZED_KEYS[] =
    "SELECT * FROM authorized_keys WHERE domain_id = :domain"
    " ORDER BY effective IS NOT 1, uid, user, root, key_file, line, entry";

static const char KEY_SOURCES[] =
    "SELECT * FROM key_sources WHERE domain_id = :domain ORDER BY user, source, root";

static const char CLOUD_INIT[] = "SELECT * FROM cloud_init WHERE domain_id = :domain ORDER BY root";

static const char SEEDS[] = "SELECT * FROM seeds WHERE domain_id = :domain ORDER BY place, road";

static const char CHAINS[] = "SELECT c.target, c.depth, c.path, c.status, i.format, "
                             "i.virtual_size, i.allocated, i.provisioning"
                             "  FROM chains AS c"
                             "  LEFT JOIN images AS i ON i.image_id = c.image_id"
                             " WHERE c.domain_id = :domain"
                             " ORDER BY c.target, c.depth";

static const struct {
  const char *key, *sql;
} parts[] = {
    {"domain", DOMAIN},
    {"interfaces", INTERFACES},
    {"filesystems", FILESYSTEMS},
    {"disks", DISKS},
    {"chain", CHAINS},
    {"guests", GUESTS},
    {"identities", IDENTITIES},
    {"host_keys", HOST_KEYS},
    {"accounts", ACCOUNTS},
    {"authorized_keys", AUTHORIZED_KEYS},
    {"key_sources", KEY_SOURCES},
    {"cloud_init", CLOUD_INIT},
    {"seeds", SEEDS},
    {"findings", FINDINGS},
};

static json_t *
fetch(sqlite3 *db, const char *sql, gint64 domain_id, GError **error)
{
  g_autoptr(Statement) statement = sql_prepare(db, sql, error);

  if (!statement)
    return NULL;
  sql_bind_number(statement, ":domain", domain_id);
  return rows_to_json(statement, error);
}

static bool
fetch_parts(sqlite3 *db, gint64 domain_id, json_t *model, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
    json_t *rows = fetch(db, parts[i].sql, domain_id, error);

    if (!rows)
      return false;
    json_object_set_new(model, parts[i].key, rows);
  }
  return true;
}

/* Images of the disk out of those of all disks. */
static json_t *
chain_of(const json_t *disk, const json_t *images)
{
  json_t *chain = json_array(), *image;
  size_t i;

  json_array_foreach((json_t *)images, i, image)
    if (json_equal(json_object_get(image, "target"), json_object_get(disk, "target")))
      json_array_append(chain, image);
  return chain;
}

/* The domain out of its array of one, the images of all chains into their disks. */
static void
nest(json_t *model)
{
  json_t *images = json_object_get(model, "chain"), *disk;
  size_t i;

  json_object_set(model, "domain", json_array_get(json_object_get(model, "domain"), 0));
  json_array_foreach(json_object_get(model, "disks"), i, disk)
    json_object_set_new(disk, "chain", chain_of(disk, images));
  json_object_del(model, "chain");
}

json_t *
show_model(sqlite3 *db, gint64 domain_id, GError **error)
{
  json_t *model = json_object();

  if (fetch_parts(db, domain_id, model, error)) {
    nest(model);
    return model;
  }
  json_decref(model);
  return NULL;
}
