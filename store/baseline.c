/* SPDX-License-Identifier: Apache-2.0 */
/* Baselines: what there is to accept, accepted, withdrawn. */
#include "store/baseline.h"

#include "store/sql.h"

static const char LOOK[] =
    "SELECT (SELECT count(*)\n"
    "          FROM key_readings AS r\n"
    "         CROSS JOIN authorized_key_fact AS k\n"
    "            ON k.root_id = r.root_id AND k.until_scan IS NULL AND k.fingerprint IS NOT NULL\n"
    "         WHERE r.domain_id = :domain_id),\n"
    "       (SELECT count(DISTINCT k.user)\n"
    "          FROM key_readings AS r\n"
    "         CROSS JOIN authorized_key_fact AS k\n"
    "            ON k.root_id = r.root_id AND k.until_scan IS NULL AND k.fingerprint IS NOT NULL\n"
    "         WHERE r.domain_id = :domain_id),\n"
    "       ifnull((SELECT baseline_id FROM accepted_domains WHERE domain_id = :domain_id), 0),\n"
    "       EXISTS (SELECT 1 FROM key_readings WHERE domain_id = :domain_id),\n"
    "       s.status,\n"
    "       s.detail,\n"
    "       (SELECT group_concat(iif(c.user = '', 'everybody', c.user) || ' by ' || c.source, ', "
    "')\n"
    "          FROM key_readings AS r\n"
    "         CROSS JOIN unclear_key_sources AS c ON c.root_id = r.root_id\n"
    "         WHERE r.domain_id = :domain_id)\n"
    "  FROM (SELECT 1)\n"
    "  LEFT JOIN guest_fact AS s\n"
    "    ON s.until_scan IS NULL\n"
    "   AND s.guest_id = ifnull((SELECT guest_id FROM key_guests WHERE domain_id = :domain_id),\n"
    "                           (SELECT guest_id FROM guest_outcomes WHERE domain_id = "
    ":domain_id))";

static const char ADD[] =
    "INSERT INTO baseline (domain_id, scan_id, accepted_at, accepted_by, reason, roots)\n"
    "VALUES (:domain_id, (SELECT max(scan_id) FROM scan), :at, :by, :reason,\n"
    "       (SELECT json_group_array(root) FROM key_readings WHERE domain_id = :domain_id))";

/* What has no fingerprint is no key, and lets nobody in. */
static const char ADD_KEYS[] =
    "INSERT INTO baseline_key (baseline_id, root, user, key_file, entry, line, fingerprint,\n"
    "       cert_authority, options, comment)\n"
    "SELECT :baseline_id, r.root, k.user, k.key_file, k.entry, k.line, k.fingerprint,\n"
    "       ifnull(k.cert_authority, 0), k.options, k.comment\n"
    "  FROM key_readings AS r\n"
    " CROSS JOIN authorized_key_fact AS k\n"
    "    ON k.root_id = r.root_id AND k.until_scan IS NULL AND k.fingerprint IS NOT NULL\n"
    " WHERE r.domain_id = :domain_id";

/* A domain, and what it was before it moved. */
#define SELVES                                                                                     \
  "(SELECT :domain_id\n"                                                                           \
  "  UNION\n"                                                                                      \
  " SELECT former_id FROM former_domains WHERE domain_id = :domain_id)"

static const char REMOVE_KEYS[] =
    "DELETE FROM baseline_key\n"
    " WHERE baseline_id IN (SELECT baseline_id FROM baseline WHERE domain_id IN " SELVES ")";

static const char REMOVE[] = "DELETE FROM baseline WHERE domain_id IN " SELVES;

static char *
column_text(sqlite3_stmt *statement, int column)
{
  return g_strdup((const char *)sqlite3_column_text(statement, column));
}

bool
baseline_look(sqlite3 *db, gint64 domain_id, struct baseline_state *ret_state, GError **error)
{
  g_autoptr(Statement) look = sql_prepare(db, LOOK, error);

  if (!look)
    return false;
  sql_bind_number(look, ":domain_id", domain_id);
  if (sql_step(look, error) != 1)
    return false;
  *ret_state = (struct baseline_state){
      .keys = sqlite3_column_int64(look, 0),
      .users = sqlite3_column_int64(look, 1),
      .baseline_id = sqlite3_column_int64(look, 2),
      .is_read = sqlite3_column_int64(look, 3),
      .status = column_text(look, 4),
      .detail = column_text(look, 5),
      .unclear = column_text(look, 6),
  };
  return true;
}

void
baseline_state_clear(struct baseline_state *state)
{
  g_clear_pointer(&state->status, g_free);
  g_clear_pointer(&state->detail, g_free);
  g_clear_pointer(&state->unclear, g_free);
}

static bool
run(sqlite3 *db, const char *sql, gint64 domain_id, gint64 baseline_id, GError **error)
{
  g_autoptr(Statement) statement = sql_prepare(db, sql, error);

  if (!statement)
    return false;
  sql_bind_number(statement, ":domain_id", domain_id);
  sql_bind_number(statement, ":baseline_id", baseline_id);
  return sql_run(statement, error);
}

bool
baseline_accept(sqlite3 *db, gint64 domain_id, const struct baseline_word *word, GError **error)
{
  g_autoptr(Statement) add = sql_prepare(db, ADD, error);

  if (!add)
    return false;
  sql_bind_number(add, ":domain_id", domain_id);
  sql_bind_number(add, ":at", word->at);
  sql_bind_text(add, ":by", word->by);
  sql_bind_text(add, ":reason", word->reason);
  return sql_run(add, error) && run(db, ADD_KEYS, domain_id, sqlite3_last_insert_rowid(db), error);
}

bool
baseline_withdraw(sqlite3 *db, gint64 domain_id, GError **error)
{
  return run(db, REMOVE_KEYS, domain_id, 0, error) && run(db, REMOVE, domain_id, 0, error);
}
