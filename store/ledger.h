/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger: one SQLite file that holds the inventory, its history and the findings. Opening
 * checks the file before it trusts it, migrates an older one, and refuses what is not a ledger of
 * ours.
 */
#pragma once

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>

#define STORE_ERROR (store_error_quark())
GQuark store_error_quark(void);
enum store_error {
  STORE_ERROR_NOT_FOUND, /* opened for reading, and there is none yet */
  STORE_ERROR_UNSAFE,    /* a symbolic link, a hard link, not regular, or others may write it or its
                            folder */
  STORE_ERROR_FOREIGN,   /* not a SQLite file, or another program's */
  STORE_ERROR_NEWER,     /* written by a newer version */
  STORE_ERROR_OLDER,     /* opened for reading, and needs `db migrate` first */
  STORE_ERROR_CORRUPT,   /* SQLite finds it damaged, or its schema is not what its version says */
  STORE_ERROR_BUSY,      /* another writer did not finish in time */
  STORE_ERROR_FULL,      /* disk full, I/O error, read-only file system: nothing was changed */
  STORE_ERROR_STREAM,    /* a stream of facts that is refused; nothing of it was kept */
  STORE_ERROR_MOMENT,    /* a text that names no moment, or one that the ledger does not know */
  STORE_ERROR_TOO_EARLY, /* a moment before all that the ledger knows, or still knows */
  STORE_ERROR_SQL,       /* any other error of SQLite */
};

#define LEDGER_APPLICATION_ID 0x564c4447 /* "VLDG" */

enum ledger_mode {
  LEDGER_READ,  /* never writes: SQLITE_OPEN_READONLY and query_only */
  LEDGER_WRITE, /* creates a missing one, migrates an older one */
};

struct ledger;
typedef struct ledger Ledger;

/*
 * Open the ledger at `path` (docs: "The ledger"): owner, mode, links and application_id are
 * checked, the connection is hardened, journal_mode and synchronous are read back. NULL with a
 * STORE_ERROR that says what to do.
 */
struct ledger *ledger_open(const char *path, enum ledger_mode mode, GError **error);
void ledger_close(struct ledger *ledger); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ledger, ledger_close)

/* VIRT_LEDGER, else /var/lib/virt-ledger/ledger.db for root, the XDG state folder for others. */
char *ledger_default_path(void);

/* The connection, to write in store/ and to read elsewhere. It stays the ledger's. */
sqlite3 *ledger_db(struct ledger *ledger);

/* Run SQLite's checks and our own; `ret_faults` is a new array of a text for each fault. */
bool ledger_check(struct ledger *ledger, GPtrArray **ret_faults, GError **error);

/* A copy of the ledger in a new file by SQLite's backup API, written beside it and renamed. */
bool ledger_backup(struct ledger *ledger, const char *path, GError **error);

/* Schema version of the file, and the newest this program knows. */
int ledger_schema_version(struct ledger *ledger);
int ledger_schema_newest(void);
