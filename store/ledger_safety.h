/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a ledger's path is safe: nobody but we and root can have put the file there. */
#pragma once

#include "store/ledger.h"

#include <sys/stat.h>

/*
 * The path with its folder resolved, so that no link is followed behind our back later. With
 * LEDGER_WRITE a missing folder is made, 0700, and a missing file, empty and 0600, both on disk
 * when this returns. NULL with STORE_ERROR_NOT_FOUND, or STORE_ERROR_UNSAFE when
 *  - the folder belongs to neither us nor root, or group or others may write in it (a sticky one
 * like /tmp is no better: there, anybody can lay a journal beside the ledger, which SQLite would
 * play back into it);
 *  - the file is a symbolic link, is not regular, has a second name, belongs to neither us nor
 * root, or group or others may write it;
 *  - it lies on a network file system, where locks and syncs are not to be relied on.
 * The file is never opened once it exists: closing it would drop the locks of this process.
 */
char *ledger_safety_resolve(const char *path, enum ledger_mode mode, GError **error);

/*
 * What must hold of the file itself, for other files that lie beside the ledger: `what` is the
 * noun for the message. False with STORE_ERROR_UNSAFE.
 */
bool ledger_safety_check(const char *path, const char *what, const struct stat *stat,
                         GError **error);

/* Have a folder's entries on disk. */
bool ledger_safety_sync_folder(const char *folder, GError **error);
