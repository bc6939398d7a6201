/* SPDX-License-Identifier: Apache-2.0 */
/* The sshd of a root and its host keys. */
#include "store/keeper_root.h"
#include "store/value_hash.h"

static const char SSHD_COMPARE[] =
    "SELECT (enabled, state, detail, permit_root_login, pubkey_authentication, strict_modes,\n"
    "        authorized_keys_file)\n"
    "    IS (:enabled, :state, :detail, :permit_root_login, :pubkey_authentication,\n"
    "        :strict_modes, :authorized_keys_file)\n"
    "  FROM sshd_fact\n"
    " WHERE root_id = " ROOT_ID " AND until_scan IS NULL";

static const char SSHD_INSERT[] =
    "INSERT INTO sshd_fact (root_id, since_scan, enabled, state, detail, permit_root_login,\n"
    "       pubkey_authentication, strict_modes, authorized_keys_file)\n"
    "VALUES (" ROOT_ID ", :scan_id, :enabled, :state, :detail, :permit_root_login,\n"
    "       :pubkey_authentication, :strict_modes, :authorized_keys_file)";

/* There is one of a root, or none. */
const struct fact_sql keeper_root_sshd = {
    .shape = &sshd_shape,
    .compare = SSHD_COMPARE,
    .close = ROOT_CLOSE("sshd_fact", ""),
    .insert = SSHD_INSERT,
    .close_absent = ROOT_CLOSE_ABSENT("sshd_fact", "''", ROOT_TOLD),
    .close_lost = ROOT_CLOSE_LOST("sshd_fact"),
    .key = keeper_root_only_key,
};

static const char HOST_KEY_COMPARE[] =
    "SELECT (state, detail, configured, algorithm, bits, fingerprint, public_key, comment,\n"
    "        has_private, safe, mode, uid, gid, modified_at, public_state, certificate,\n"
    "        certificate_state, certificate_id, principals, authority, valid_after, valid_before)\n"
    "    IS (:state, :detail, :configured, :algorithm, :bits, :fingerprint, :public_key,\n"
    "        :comment, :has_private, :safe, :mode, :uid, :gid, :modified_at, :public_state,\n"
    "        :certificate, :certificate_state, :certificate_id, :principals, :authority,\n"
    "        :valid_after, :valid_before)\n"
    "  FROM host_key_fact\n"
    " WHERE root_id = " ROOT_ID " AND path = :path AND until_scan IS NULL";

static const char HOST_KEY_INSERT[] =
    "INSERT INTO host_key_fact (root_id, path, since_scan, first_scan, domain_id, state, detail,\n"
    "       configured, algorithm, bits, fingerprint, public_key, comment, has_private, safe,\n"
    "       mode, uid, gid, modified_at, public_state, certificate, certificate_state,\n"
    "       certificate_id, principals, authority, valid_after, valid_before)\n"
    "VALUES (" ROOT_ID ", :path, :scan_id,\n"
    "       ifnull((SELECT first_scan\n"
    "                 FROM host_key_fact\n"
    "                WHERE root_id = " ROOT_ID " AND path = :path\n"
    "                  AND until_scan = :scan_id AND fingerprint IS :fingerprint), :scan_id),\n"
    "       :domain_id, :state, :detail, :configured,\n"
    "       :algorithm, :bits, :fingerprint, :public_key, :comment, :has_private, :safe, :mode,\n"
    "       :uid, :gid, :modified_at, :public_state, :certificate, :certificate_state,\n"
    "       :certificate_id, :principals, :authority, :valid_after, :valid_before)";

static const char HOST_KEY_MARK[] = "UPDATE host_key_fact\n"
                                    "   SET shared = 1\n"
                                    " WHERE root_id IN " ROOTS_OF_DOMAIN "\n"
                                    "   AND until_scan IS NULL AND shared = 0\n"
                                    "   AND value_hash('" VALUE_HOST_KEY "', fingerprint) = :hash";

static gint64
host_key_hash(gconstpointer data)
{
  const struct host_key *key = data;

  return value_hash(VALUE_HOST_KEY, key->fingerprint);
}

static char *
host_key_key(gconstpointer data)
{
  const struct host_key *key = data;

  return g_strdup(key->path);
}

const struct fact_sql keeper_root_host_keys = {
    .shape = &host_key_shape,
    .compare = HOST_KEY_COMPARE,
    .close = ROOT_CLOSE("host_key_fact", " AND path = :path"),
    .insert = HOST_KEY_INSERT,
    .hash = host_key_hash,
    .mark = HOST_KEY_MARK,
    .close_absent = ROOT_CLOSE_ABSENT("host_key_fact", "path", ROOT_TOLD),
    .close_lost = ROOT_CLOSE_LOST("host_key_fact"),
    .key = host_key_key,
};
