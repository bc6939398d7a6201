/* SPDX-License-Identifier: Apache-2.0 */
/* A connection to the file of a ledger, with everything on that makes SQLite careful. */
#pragma once

#include "store/ledger.h"

typedef struct sqlite3 Database;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Database, sqlite3_close)

/*
 * Open an existing file, whose path holds no symbolic link. Nothing is believed of its content yet.
 * A statement that meets another writer waits for it, 10 minutes by default; VIRT_LEDGER_WAIT, in
 * seconds, sets that. With LEDGER_READ, what a killed writer left is first rolled back, which alone
 * needs a connection that may write. NULL with STORE_ERROR, also when SQLite does not confirm a
 * setting.
 */
sqlite3 *database_open(const char *path, enum ledger_mode mode, GError **error);

/*
 * Let a connection of LEDGER_READ make temporary tables and views, or no more. Its file stays
 * open for reading only.
 */
bool database_allow_temporary(sqlite3 *db, bool allowed, GError **error);
