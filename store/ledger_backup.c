/* SPDX-License-Identifier: Apache-2.0 */
/* A copy of the ledger, whole and on disk before it has its name. */
#include "store/ledger.h"

#include "store/database.h"
#include "store/ledger_safety.h"
#include "store/sql.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool
fail(const char *path, GError **error)
{
  const int saved_errno = errno;

  g_set_error(error, STORE_ERROR, STORE_ERROR_FULL, "cannot write the backup %s: %s", path,
              g_strerror(saved_errno));
  return false;
}

static bool
copy_pages(sqlite3 *from, sqlite3 *to, GError **error)
{
  sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
  int code = backup ? sqlite3_backup_step(backup, -1) : SQLITE_ERROR;

  if (sqlite3_backup_finish(backup) == SQLITE_OK && code == SQLITE_DONE)
    return true;
  sql_set_error(to, error);
  return false;
}

static const char BEGIN_READING[] = "BEGIN";
static const char SELECT_VERSION[] = "PRAGMA user_version";

/* A reader's lock for as long as the copy takes: writers wait, and the copy is of one moment. */
static bool
copy_locked(sqlite3 *from, sqlite3 *to, GError **error)
{
  gint64 version;
  bool copied = sql_script(from, BEGIN_READING, error) &&
                sql_number(from, SELECT_VERSION, &version, error) && copy_pages(from, to, error);

  sql_rollback(from);
  return copied;
}

static bool
copy(sqlite3 *from, const char *path, GError **error)
{
  g_autoptr(Database) to = database_open(path, LEDGER_WRITE, error);

  return to && copy_locked(from, to, error);
}

static bool
give_name(const char *temporary, const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname(path);

  if (renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) < 0)
    return fail(path, error);
  return ledger_safety_sync_folder(folder, error);
}

static bool
copy_and_name(sqlite3 *from, const char *temporary, const char *path, GError **error)
{
  g_autofree char *journal = g_strconcat(temporary, "-journal", NULL);
  bool done = copy(from, temporary, error);

  /* TRUNCATE mode leaves an empty journal, which must not stay under a name that is gone. */
  unlink(journal);
  done = done && give_name(temporary, path, error);
  if (!done)
    unlink(temporary);
  return done;
}

bool
ledger_backup(struct ledger *ledger, const char *path, GError **error)
{
  g_autofree char *given = g_path_get_dirname(path);
  g_autofree char *name = g_path_get_basename(path);
  g_autofree char *folder = realpath(given, NULL);

  if (!folder)
    return fail(path, error);
  g_autofree char *whole = g_build_filename(folder, name, NULL);
  g_autofree char *temporary = g_strconcat(whole, ".XXXXXX", NULL);
  if (access(whole, F_OK) == 0) {
    errno = EEXIST;
    return fail(path, error);
  }
  int fd = g_mkstemp(temporary); /* 0600 */
  if (fd < 0)
    return fail(path, error);
  close(fd);
  return copy_and_name(ledger_db(ledger), temporary, whole, error);
}
