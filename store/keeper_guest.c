/* SPDX-License-Identifier: Apache-2.0 */
/* Guests: a row of the attempt, one for each root that it read, one for each identity in that. */
#include "facts/guest.h"

#include "store/keeper.h"

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

/* A root's facts hang on the guest's root of that name, which is made with the first of them. */
static const char ROOT_COMPARE[] =
    "SELECT (f.status, f.detail, f.filesystem, f.fs_uuid, f.fs_label, f.marks, f.hostname,\n"
    "        f.os_id, f.os_version, f.os_name)\n"
    "    IS (:status, :detail, :filesystem, :fs_uuid, :fs_label, :marks, :hostname,\n"
    "        :os_id, :os_version, :os_name)\n"
    "  FROM root AS r\n"
    "  JOIN root_fact AS f ON f.root_id = r.root_id AND f.until_scan IS NULL\n"
    " WHERE r.guest_id = :id AND r.root = :root";

static const char ROOT_CLOSE[] =
    "UPDATE root_fact\n"
    "   SET until_scan = :scan_id\n"
    " WHERE root_id = (SELECT root_id FROM root WHERE guest_id = :id AND root = :root)\n"
    "   AND until_scan IS NULL";

static const char ROOT_ADD[] = "INSERT INTO root (guest_id, root)\n"
                               "VALUES (:id, :root)\n"
                               "    ON CONFLICT (guest_id, root) DO NOTHING";

static const char ROOT_INSERT[] =
    "INSERT INTO root_fact (root_id, since_scan, status, detail, filesystem, fs_uuid, fs_label,\n"
    "       marks, hostname, os_id, os_version, os_name)\n"
    "VALUES ((SELECT root_id FROM root WHERE guest_id = :id AND root = :root),\n"
    "       :scan_id, :status, :detail, :filesystem, :fs_uuid, :fs_label,\n"
    "       :marks, :hostname, :os_id, :os_version, :os_name)";

static const char ROOT_CLOSE_ABSENT[] =
    "UPDATE root_fact\n"
    "   SET until_scan = :scan_id\n"
    " WHERE until_scan IS NULL\n"
    "   AND root_id IN (SELECT root_id\n"
    "                     FROM root\n"
    "                    WHERE guest_id = :id\n"
    "                      AND root NOT IN (SELECT value FROM json_each(:keys)))";

static char *
root_key(gconstpointer data)
{
  const struct root *root = data;

  return g_strdup(root->root);
}

static const struct fact_sql root_sql = {
    .shape = &root_shape,
    .compare = ROOT_COMPARE,
    .close = ROOT_CLOSE,
    .before_insert = ROOT_ADD,
    .insert = ROOT_INSERT,
    .close_absent = ROOT_CLOSE_ABSENT,
    .key = root_key,
};

static const char IDENTITY_COMPARE[] =
    "SELECT (f.state, f.value, f.raw, f.link, f.same_file_as, f.mode, f.modified_at)\n"
    "    IS (:state, :value, CAST(:raw AS BLOB), :link, :same_file_as, :mode, :modified_at)\n"
    "  FROM root AS r\n"
    "  JOIN identity_fact AS f ON f.root_id = r.root_id AND f.kind = :kind AND f.path = :path\n"
    " WHERE r.guest_id = :id AND r.root = :root AND f.until_scan IS NULL";

static const char IDENTITY_CLOSE[] =
    "UPDATE identity_fact\n"
    "   SET until_scan = :scan_id\n"
    " WHERE root_id = (SELECT root_id FROM root WHERE guest_id = :id AND root = :root)\n"
    "   AND kind = :kind AND path = :path AND until_scan IS NULL";

static const char IDENTITY_INSERT[] =
    "INSERT INTO identity_fact (root_id, kind, path, since_scan, domain_id, state, value, raw,\n"
    "       link, same_file_as, mode, modified_at)\n"
    "VALUES ((SELECT root_id FROM root WHERE guest_id = :id AND root = :root),\n"
    "       :kind, :path, :scan_id, :domain_id, :state, :value, CAST(:raw AS BLOB),\n"
    "       :link, :same_file_as, :mode, :modified_at)";

/*
 * Of a machine ID that two domains have, all current rows are `shared`. Rows that are not come
 * first in the index, and are of one domain, so that a new one costs a look and at most a few
 * marks, however many share its ID.
 */
static const char IDENTITY_IS_SHARED[] =
    "SELECT 1\n"
    "  FROM identity_fact\n"
    " WHERE value = :value AND domain_id <> :domain_id AND until_scan IS NULL\n"
    "   AND kind IN ('machine-id', 'dbus-machine-id')\n"
    "   AND (:kind = 'machine-id' OR :kind = 'dbus-machine-id')\n"
    " LIMIT 1";

static const char IDENTITY_MARK[] = "UPDATE identity_fact\n"
                                    "   SET shared = 1\n"
                                    " WHERE value = :value AND shared = 0 AND until_scan IS NULL\n"
                                    "   AND kind IN ('machine-id', 'dbus-machine-id')";

static const char IDENTITY_CLOSE_ABSENT[] =
    "UPDATE identity_fact\n"
    "   SET until_scan = :scan_id\n"
    " WHERE until_scan IS NULL\n"
    "   AND root_id IN (SELECT root_id\n"
    "                     FROM root\n"
    "                    WHERE guest_id = :id AND root = ifnull(:root, root))\n"
    "   AND kind || char(10) || path NOT IN (SELECT value FROM json_each(:keys))";

static char *
identity_key(gconstpointer data)
{
  const struct identity *identity = data;

  return g_strconcat(identity->kind, "\n", identity->path, NULL);
}

static const struct fact_sql identity_sql = {
    .shape = &identity_shape,
    .compare = IDENTITY_COMPARE,
    .close = IDENTITY_CLOSE,
    .insert = IDENTITY_INSERT,
    .is_shared = IDENTITY_IS_SHARED,
    .mark = IDENTITY_MARK,
    .close_absent = IDENTITY_CLOSE_ABSENT,
    .key = identity_key,
};

/* Identities go with their root. */
static const char LOST_CLOSE[] =
    "UPDATE identity_fact\n"
    "   SET until_scan = :scan_id\n"
    " WHERE until_scan IS NULL\n"
    "   AND root_id IN (SELECT r.root_id\n"
    "                     FROM root AS r\n"
    "                    WHERE r.guest_id = :id\n"
    "                      AND NOT EXISTS (SELECT 1\n"
    "                                        FROM root_fact\n"
    "                                       WHERE root_id = r.root_id AND until_scan IS NULL))";

static const struct fact_sql lost_sql = {
    .shape = &identity_shape,
    .close = LOST_CLOSE,
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

static bool
check(gconstpointer data, GError **error)
{
  const struct guest *guest = data;

  if (guest->roots->len > 0 && strcmp(guest->status, GUEST_OK) != 0)
    return refuse("it has roots, and yet was not read", error);
  if (!fact_list_is_unique(&root_sql, guest->roots))
    return refuse("it has two roots with one name", error);
  for (guint i = 0; i < guest->roots->len; i++) {
    const struct root *root = guest->roots->pdata[i];

    if (!fact_list_is_unique(&identity_sql, root->identities))
      return refuse("a root has two identities with one kind and path", error);
  }
  return true;
}

enum table { GUEST, ROOT, IDENTITY, LOST };

static bool
keep_roots(struct fact_table *const *tables, const struct fact_place *guest, GPtrArray *roots,
           GError **error)
{
  if (!fact_table_keep_list(tables[ROOT], guest, roots, error))
    return false;
  for (guint i = 0; i < roots->len; i++) {
    const struct root *root = roots->pdata[i];
    struct fact_place place = *guest;

    place.root = root->root;
    if (!fact_table_keep_list(tables[IDENTITY], &place, root->identities, error))
      return false;
  }
  return guest->is_new || fact_table_close(tables[LOST], guest, error);
}

static bool
keep(struct fact_table *const *tables, const struct fact_place *place, gconstpointer data,
     GError **error)
{
  const struct guest *guest = data;

  if (!fact_table_keep(tables[GUEST], place, guest, error))
    return false;
  /* An attempt that failed concludes nothing: what an earlier one read stays. */
  if (strcmp(guest->status, GUEST_OK) != 0)
    return true;
  return keep_roots(tables, place, guest->roots, error);
}

const struct keeper_kind keeper_guest = {
    .subject = {.keys = 2,
                .find = GUEST_FIND,
                .insert = GUEST_ADD,
                .set_digest = GUEST_SET_DIGEST,
                .current = GUEST_CURRENT,
                .of_domain = GUEST_OF},
    .tables =
        {[GUEST] = &guest_sql, [ROOT] = &root_sql, [IDENTITY] = &identity_sql, [LOST] = &lost_sql},
    .check = check,
    .was_read = was_read,
    .keep = keep,
};
