/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a ledger: a safe path, a careful connection, a file of ours, at a version we know. */
#include "store/ledger.h"

#include "store/database.h"
#include "store/ledger_safety.h"
#include "store/migrate.h"
#include "store/sql.h"

#include <unistd.h>

G_DEFINE_QUARK(store_error, store_error)

struct ledger {
  sqlite3 *db;
};

static const char SELECT_APPLICATION[] = "PRAGMA application_id";
static const char SELECT_VERSION[] = "PRAGMA user_version";
static const char COUNT_SCHEMA[] = "SELECT count(*) FROM sqlite_schema";

static int
refuse_version(int version, GError **error)
{
  g_set_error(error, STORE_ERROR, STORE_ERROR_NEWER,
              "the ledger was written by a newer virt-ledger: its version is %d, this one knows %d",
              version, migrate_newest());
  return -1;
}

/* The version of the file: 0 of one that is still empty, -1 for what is no ledger. */
static int
recognise(sqlite3 *db, GError **error)
{
  gint64 application, version, things;

  if (!sql_number(db, SELECT_APPLICATION, &application, error) ||
      !sql_number(db, SELECT_VERSION, &version, error) ||
      !sql_number(db, COUNT_SCHEMA, &things, error))
    return -1;
  if (application == 0 && version == 0 && things == 0)
    return 0;
  if (application != LEDGER_APPLICATION_ID || version <= 0) {
    g_set_error(error, STORE_ERROR, STORE_ERROR_FOREIGN, "the file belongs to another program");
    return -1;
  }
  if (version > migrate_newest())
    return refuse_version((int)version, error);
  return migrate_verify(db, (int)version, error) ? (int)version : -1;
}

/* What was seen before the lock was ours may be gone: another program may migrate, too. */
static bool
migrate_locked(sqlite3 *db, GError **error)
{
  int version = recognise(db, error);

  return version >= 0 && migrate_run(db, version, migrate_newest(), error);
}

static bool
migrate(sqlite3 *db, GError **error)
{
  if (!sql_begin(db, error))
    return false;
  if (migrate_locked(db, error) && sql_commit(db, error))
    return true;
  sql_rollback(db);
  return false;
}

static bool
refuse_to_read(int version, GError **error)
{
  if (version == 0)
    g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "the ledger is still empty");
  else
    g_set_error(error, STORE_ERROR, STORE_ERROR_OLDER,
                "the ledger has version %d of %d; run virt-ledger db migrate", version,
                migrate_newest());
  return false;
}

static bool
take_up(sqlite3 *db, enum ledger_mode mode, GError **error)
{
  int version = recognise(db, error);

  if (version < 0)
    return false;
  if (version == migrate_newest())
    return true;
  return mode == LEDGER_WRITE ? migrate(db, error) : refuse_to_read(version, error);
}

static struct ledger *
open_resolved(const char *path, enum ledger_mode mode, GError **error)
{
  g_autoptr(Database) db = database_open(path, mode, error);

  if (!db || !take_up(db, mode, error))
    return NULL;
  struct ledger *ledger = g_new0(struct ledger, 1);
  ledger->db = g_steal_pointer(&db);
  return ledger;
}

struct ledger *
ledger_open(const char *path, enum ledger_mode mode, GError **error)
{
  g_autofree char *resolved = ledger_safety_resolve(path, mode, error);

  if (!resolved)
    return NULL;
  struct ledger *ledger = open_resolved(resolved, mode, error);
  if (!ledger)
    g_prefix_error(error, "%s: ", path);
  return ledger;
}

void
ledger_close(struct ledger *ledger)
{
  if (!ledger)
    return;
  sqlite3_close(ledger->db);
  g_free(ledger);
}

sqlite3 *
ledger_db(struct ledger *ledger)
{
  return ledger->db;
}

int
ledger_schema_version(struct ledger *ledger)
{
  gint64 version = 0;

  sql_number(ledger->db, SELECT_VERSION, &version, NULL);
  return (int)version;
}

int
ledger_schema_newest(void)
{
  return migrate_newest();
}

char *
ledger_default_path(void)
{
  const char *path = g_getenv("VIRT_LEDGER");

  if (path && *path)
    return g_strdup(path);
  if (geteuid() == 0)
    return g_strdup("/var/lib/virt-ledger/ledger.db");
  return g_build_filename(g_get_user_state_dir(), "virt-ledger", "ledger.db", NULL);
}
