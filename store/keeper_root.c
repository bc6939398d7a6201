/* SPDX-License-Identifier: Apache-2.0 */
/* The roots themselves. */
#include "store/keeper_root.h"

/* A root's row is made with the first of its facts. */
static const char ROOT_ADD[] = "INSERT INTO root (guest_id, root)\n"
                               "VALUES (:id, :root)\n"
                               "    ON CONFLICT (guest_id, root) DO NOTHING";

static const char ROOT_COMPARE[] =
    "SELECT (f.status, f.detail, f.filesystem, f.fs_uuid, f.fs_label, f.marks, f.hostname,\n"
    "        f.os_id, f.os_version, f.os_name)\n"
    "    IS (:status, :detail, :filesystem, :fs_uuid, :fs_label, :marks, :hostname,\n"
    "        :os_id, :os_version, :os_name)\n"
    "  FROM root AS r\n"
    "  JOIN root_fact AS f ON f.root_id = r.root_id AND f.until_scan IS NULL\n"
    " WHERE r.guest_id = :id AND r.root = :root";

static const char ROOT_INSERT[] =
    "INSERT INTO root_fact (root_id, since_scan, status, detail, filesystem, fs_uuid, fs_label,\n"
    "       marks, hostname, os_id, os_version, os_name)\n"
    "VALUES (" ROOT_ID ", :scan_id, :status, :detail, :filesystem, :fs_uuid, :fs_label,\n"
    "       :marks, :hostname, :os_id, :os_version, :os_name)";

static const char ROOT_ABSENT[] =
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

const struct fact_sql keeper_root = {
    .shape = &root_shape,
    .compare = ROOT_COMPARE,
    .close = ROOT_CLOSE("root_fact", ""),
    .before_insert = ROOT_ADD,
    .insert = ROOT_INSERT,
    .close_absent = ROOT_ABSENT,
    .key = root_key,
};

char *
keeper_root_only_key(G_GNUC_UNUSED gconstpointer data)
{
  return g_strdup("");
}
