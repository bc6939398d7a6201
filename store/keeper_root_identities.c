/* SPDX-License-Identifier: Apache-2.0 */
/* The identities of a root. */
#include "store/keeper_root.h"

#define MACHINE_IDS "('machine-id', 'dbus-machine-id')"
/* The others are marked, too, but for what no rule groups by its value. */
#define NOT_OTHERS "('machine-id', 'dbus-machine-id', 'cmdline-machine-id', 'hostname')"

static const char IDENTITY_COMPARE[] =
    "SELECT (state, value, raw, link, same_file_as, mode, modified_at)\n"
    "    IS (:state, :value, CAST(:raw AS BLOB), :link, :same_file_as, :mode, :modified_at)\n"
    "  FROM identity_fact\n"
    " WHERE root_id = " ROOT_ID " AND kind = :kind AND path = :path AND until_scan IS NULL";

static const char IDENTITY_INSERT[] =
    "INSERT INTO identity_fact (root_id, kind, path, since_scan, domain_id, state, value, raw,\n"
    "       link, same_file_as, mode, modified_at)\n"
    "VALUES (" ROOT_ID ", :kind, :path, :scan_id, :domain_id, :state, :value, CAST(:raw AS BLOB),\n"
    "       :link, :same_file_as, :mode, :modified_at)";

/*
 * Of a value that two domains have, all current rows are `shared`: machine IDs whichever of both
 * they are, others of one kind. Rows that are not come first in the index, and are of one domain,
 * so that a new one costs a look and at most a few marks, however many share its value.
 */
static const char IDENTITY_IS_SHARED[] =
    "SELECT 1\n"
    "  FROM identity_fact\n"
    " WHERE value = :value AND domain_id <> :domain_id AND until_scan IS NULL\n"
    "   AND kind IN " MACHINE_IDS " AND :kind IN " MACHINE_IDS "\n"
    " UNION ALL\n"
    "SELECT 1\n"
    "  FROM identity_fact\n"
    " WHERE value = :value AND domain_id <> :domain_id AND until_scan IS NULL\n"
    "   AND kind = :kind AND kind NOT IN " NOT_OTHERS "\n"
    " LIMIT 1";

static const char IDENTITY_MARK[] =
    "UPDATE identity_fact AS e\n"
    "   SET shared = 1\n"
    "  FROM (SELECT root_id, kind, path, since_scan\n"
    "          FROM identity_fact\n"
    "         WHERE value = :value AND shared = 0 AND until_scan IS NULL\n"
    "           AND kind IN " MACHINE_IDS " AND :kind IN " MACHINE_IDS "\n"
    "         UNION ALL\n"
    "        SELECT root_id, kind, path, since_scan\n"
    "          FROM identity_fact\n"
    "         WHERE value = :value AND shared = 0 AND until_scan IS NULL\n"
    "           AND kind = :kind AND kind NOT IN " NOT_OTHERS ") AS m\n"
    " WHERE e.root_id = m.root_id AND e.kind = m.kind AND e.path = m.path\n"
    "   AND e.since_scan = m.since_scan";

/* Earlier versions of the stream tell of what is no other kind. */
static const char IDENTITY_CLOSE_ABSENT[] = ROOT_CLOSE_ABSENT(
    "identity_fact", "kind || char(10) || path", "(" ROOT_TOLD " OR kind IN " NOT_OTHERS ")");

static char *
identity_key(gconstpointer data)
{
  const struct identity *identity = data;

  return g_strconcat(identity->kind, "\n", identity->path, NULL);
}

const struct fact_sql keeper_root_identities = {
    .shape = &identity_shape,
    .compare = IDENTITY_COMPARE,
    .close = ROOT_CLOSE("identity_fact", " AND kind = :kind AND path = :path"),
    .insert = IDENTITY_INSERT,
    .is_shared = IDENTITY_IS_SHARED,
    .mark = IDENTITY_MARK,
    .close_absent = IDENTITY_CLOSE_ABSENT,
    .close_lost = ROOT_CLOSE_LOST("identity_fact"),
    .key = identity_key,
};
