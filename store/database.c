/* SPDX-License-Identifier: Apache-2.0 */
/* Connections: opened, hardened, patient. */
#include "store/database.h"

#include "store/identity_sql.h"
#include "store/sql.h"
#include "store/value_hash.h"

#include <string.h>
#include <sys/stat.h>

#define WAIT_SECONDS_DEFAULT 600
#define WAIT_SECONDS_MAX     (24 * 60 * 60)

static int
wait_ms(void)
{
  const char *text = g_getenv("VIRT_LEDGER_WAIT");
  gint64 seconds;

  if (!text || !g_ascii_string_to_signed(text, 10, 0, WAIT_SECONDS_MAX, &seconds, NULL))
    seconds = WAIT_SECONDS_DEFAULT;
  return (int)seconds * 1000;
}

/*
 * SQLite calls this while somebody else holds the lock; `count` is how often it did so before.
 * Sleeps of 1, 2, 4 … 64 ms, then of 100 ms, so that the time already slept needs no clock and no
 * memory.
 */
static int
wait_for_lock(void *limit_ms, int count)
{
  const int doubling = 7;
  int slept_ms = count <= doubling ? (1 << count) - 1 : 127 + (count - doubling) * 100;

  if (slept_ms >= GPOINTER_TO_INT(limit_ms))
    return 0;
  g_usleep((count < doubling ? 1u << count : 100u) * 1000);
  return 1;
}

static const int configuration[][2] = {
    {SQLITE_DBCONFIG_DEFENSIVE, 1},
    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    {SQLITE_DBCONFIG_DQS_DML, 0},
    {SQLITE_DBCONFIG_DQS_DDL, 0},
};

/* What a connection is told, and what it must answer when asked again. */
struct setting {
  const char *set, *get, *answer;
};

/* TRUNCATE and not WAL: before 3.51.3, SQLite can corrupt a WAL that two connections reset. */
static const struct setting settings[] = {
    {"PRAGMA mmap_size = 0", "PRAGMA mmap_size", "0"},
    {"PRAGMA cell_size_check = ON", "PRAGMA cell_size_check", "1"},
    {"PRAGMA foreign_keys = ON", "PRAGMA foreign_keys", "1"},
    {"PRAGMA synchronous = FULL", "PRAGMA synchronous", "2"},
    {"PRAGMA journal_mode = TRUNCATE", "PRAGMA journal_mode", "truncate"},
    {"PRAGMA cache_size = -65536", "PRAGMA cache_size", "-65536"}, /* 64 MiB */
};

static const char QUERY_ONLY[] = "PRAGMA query_only = ON";
static const char TEMPORARY_TOO[] = "PRAGMA query_only = OFF";

static bool
apply(sqlite3 *db, const struct setting *setting, GError **error)
{
  if (!sql_script(db, setting->set, error))
    return false;
  g_autoptr(Statement) statement = sql_prepare(db, setting->get, error);
  int row = statement ? sql_step(statement, error) : -1;
  if (row < 0)
    return false;
  const char *answer = row ? (const char *)sqlite3_column_text(statement, 0) : "nothing";
  if (strcmp(answer, setting->answer) == 0)
    return true;
  g_set_error(error, STORE_ERROR, STORE_ERROR_SQL, "SQLite answers \"%s\" with \"%s\"",
              setting->set, answer);
  return false;
}

bool
database_allow_temporary(sqlite3 *db, bool allowed, GError **error)
{
  return sql_script(db, allowed ? TEMPORARY_TOO : QUERY_ONLY, error);
}

static bool
harden(sqlite3 *db, enum ledger_mode mode, GError **error)
{
  for (size_t i = 0; i < G_N_ELEMENTS(configuration); i++)
    if (sqlite3_db_config(db, configuration[i][0], configuration[i][1], NULL) != SQLITE_OK) {
      sql_set_error(db, error);
      return false;
    }
  sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_busy_handler(db, wait_for_lock, GINT_TO_POINTER(wait_ms()));
  for (size_t i = 0; i < G_N_ELEMENTS(settings); i++)
    if (!apply(db, &settings[i], error))
      return false;
  return identity_sql_register(db, error) && value_hash_register(db, error) &&
         (mode == LEDGER_WRITE || database_allow_temporary(db, false, error));
}

static sqlite3 *
connect(const char *path, enum ledger_mode mode, GError **error)
{
  static const int flags[] = {
      [LEDGER_READ] = SQLITE_OPEN_READONLY,
      [LEDGER_WRITE] = SQLITE_OPEN_READWRITE,
  };
  const int careful = SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  g_autoptr(Database) db = NULL;

  if (sqlite3_open_v2(path, &db, flags[mode] | careful, NULL) != SQLITE_OK) {
    sql_set_error(db, error);
    return NULL;
  }
  return harden(db, mode, error) ? g_steal_pointer(&db) : NULL;
}

static const char SELECT_VERSION[] = "PRAGMA user_version";

/*
 * Only a connection that may write can play back a journal, and any read does it. The journal of a
 * writer who is alive is left alone: SQLite sees the lock.
 */
static void
play_back_journal(const char *path)
{
  g_autofree char *journal = g_strconcat(path, "-journal", NULL);
  struct stat left;
  gint64 version;

  if (lstat(journal, &left) < 0 || left.st_size == 0)
    return;
  g_autoptr(Database) db = connect(path, LEDGER_WRITE, NULL);
  if (db)
    sql_number(db, SELECT_VERSION, &version, NULL);
}

sqlite3 *
database_open(const char *path, enum ledger_mode mode, GError **error)
{
  if (mode == LEDGER_READ)
    play_back_journal(path);
  return connect(path, mode, error);
}
