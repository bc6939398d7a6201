/* SPDX-License-Identifier: Apache-2.0 */
/* The identities of a root. */
#include "store/keeper_root.h"
#include "store/value_hash.h"

/* Kinds that the first version of the stream told of. */
#define FIRST_KINDS "('machine-id', 'dbus-machine-id', 'cmdline-machine-id', 'hostname')"

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

static const char IDENTITY_MARK[] =
    "UPDATE identity_fact\n"
    "   SET shared = 1\n"
    " WHERE root_id IN " ROOTS_OF_DOMAIN "\n"
    "   AND until_scan IS NULL AND shared = 0 AND value_hash(kind, value) = :hash";

static const char IDENTITY_CLOSE_ABSENT[] = ROOT_CLOSE_ABSENT(
    "identity_fact", "kind || char(10) || path", "(" ROOT_TOLD " OR kind IN " FIRST_KINDS ")");

static char *
identity_key(gconstpointer data)
{
  const struct identity *identity = data;

  return g_strconcat(identity->kind, "\n", identity->path, NULL);
}

static gint64
identity_hash(gconstpointer data)
{
  const struct identity *identity = data;

  return value_hash(identity->kind, identity->value);
}

const struct fact_sql keeper_root_identities = {
    .shape = &identity_shape,
    .compare = IDENTITY_COMPARE,
    .close = ROOT_CLOSE("identity_fact", " AND kind = :kind AND path = :path"),
    .insert = IDENTITY_INSERT,
    .hash = identity_hash,
    .mark = IDENTITY_MARK,
    .close_absent = IDENTITY_CLOSE_ABSENT,
    .close_lost = ROOT_CLOSE_LOST("identity_fact"),
    .key = identity_key,
};
