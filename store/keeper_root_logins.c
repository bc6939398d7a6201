/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who can log in to a root: its accounts, the keys that let them in, and where else keys come from.
 */
#include "store/keeper_root.h"

static const char ACCOUNT_COMPARE[] =
    "SELECT (uid, gid, home, shell, password, expires_at, login, reason)\n"
    "    IS (:uid, :gid, :home, :shell, :password, :expires_at, :login, :reason)\n"
    "  FROM account_fact\n"
    " WHERE root_id = " ROOT_ID " AND name = :name AND until_scan IS NULL";

static const char ACCOUNT_INSERT[] =
    "INSERT INTO account_fact (root_id, name, since_scan, uid, gid, home, shell, password,\n"
    "       expires_at, login, reason)\n"
    "VALUES (" ROOT_ID ", :name, :scan_id, :uid, :gid, :home, :shell, :password, :expires_at,\n"
    "       :login, :reason)";

static char *
account_key(gconstpointer data)
{
  const struct account *account = data;

  return g_strdup(account->name);
}

const struct fact_sql keeper_root_accounts = {
    .shape = &account_shape,
    .compare = ACCOUNT_COMPARE,
    .close = ROOT_CLOSE("account_fact", " AND name = :name"),
    .insert = ACCOUNT_INSERT,
    .close_absent = ROOT_CLOSE_ABSENT("account_fact", "name", ROOT_TOLD),
    .close_lost = ROOT_CLOSE_LOST("account_fact"),
    .key = account_key,
};

static const char AUTHORIZED_KEY_COMPARE[] =
    "SELECT (line, uid, algorithm, bits, fingerprint, cert_authority, options, comment,\n"
    "        effective, reason)\n"
    "    IS (:line, :uid, :algorithm, :bits, :fingerprint, :cert_authority, :options, :comment,\n"
    "        :effective, :reason)\n"
    "  FROM authorized_key_fact\n"
    " WHERE root_id = " ROOT_ID
    " AND user = :user AND key_file = :key_file AND entry = :entry AND until_scan IS NULL";

static const char AUTHORIZED_KEY_INSERT[] =
    "INSERT INTO authorized_key_fact (root_id, user, key_file, entry, since_scan, first_scan,\n"
    "       domain_id, line, uid, algorithm, bits, fingerprint, cert_authority, options, comment,\n"
    "       effective, reason)\n"
    "VALUES (" ROOT_ID ", :user, :key_file, :entry, :scan_id,\n"
    "       ifnull((SELECT first_scan\n"
    "                 FROM authorized_key_fact\n"
    "                WHERE root_id = " ROOT_ID
    " AND user = :user AND key_file = :key_file AND entry = :entry\n"
    "                  AND until_scan = :scan_id), :scan_id),\n"
    "       :domain_id, :line, :uid,\n"
    "       :algorithm, :bits, :fingerprint, :cert_authority, :options, :comment, :effective,\n"
    "       :reason)";

static char *
authorized_key_key(gconstpointer data)
{
  const struct authorized_key *key = data;

  return g_strconcat(key->user, "\n", key->key_file, "\n", key->entry, NULL);
}

const struct fact_sql keeper_root_authorized_keys = {
    .shape = &authorized_key_shape,
    .compare = AUTHORIZED_KEY_COMPARE,
    .close = ROOT_CLOSE("authorized_key_fact",
                        " AND user = :user AND key_file = :key_file AND entry = :entry"),
    .insert = AUTHORIZED_KEY_INSERT,
    .close_absent = ROOT_CLOSE_ABSENT(
        "authorized_key_fact", "user || char(10) || key_file || char(10) || entry", ROOT_TOLD),
    .close_lost = ROOT_CLOSE_LOST("authorized_key_fact"),
    .key = authorized_key_key,
};

static const char KEY_SOURCE_COMPARE[] =
    "SELECT (state, detail, place)\n"
    "    IS (:state, :detail, :place)\n"
    "  FROM key_source_fact\n"
    " WHERE root_id = " ROOT_ID " AND user = :user AND source = :source AND until_scan IS NULL";

static const char KEY_SOURCE_INSERT[] =
    "INSERT INTO key_source_fact (root_id, user, source, since_scan, state, detail, place)\n"
    "VALUES (" ROOT_ID ", :user, :source, :scan_id, :state, :detail, :place)";

static char *
key_source_key(gconstpointer data)
{
  const struct key_source *source = data;

  return g_strconcat(source->user, "\n", source->source, NULL);
}

const struct fact_sql keeper_root_key_sources = {
    .shape = &key_source_shape,
    .compare = KEY_SOURCE_COMPARE,
    .close = ROOT_CLOSE("key_source_fact", " AND user = :user AND source = :source"),
    .insert = KEY_SOURCE_INSERT,
    .close_absent = ROOT_CLOSE_ABSENT("key_source_fact", "user || char(10) || source", ROOT_TOLD),
    .close_lost = ROOT_CLOSE_LOST("key_source_fact"),
    .key = key_source_key,
};
