/* SPDX-License-Identifier: Apache-2.0 */
/* One scan at a time into one ledger: a lock in a file beside it, which says who holds it. */
#pragma once

#include "store/ledger.h"

struct scan_lock;
typedef struct scan_lock ScanLock;

/*
 * Take the lock of the ledger at `path` for `what` ("scan", "watch"), waiting at most `wait_ms`. It
 * is given back by scan_lock_free(), and by the kernel when we die. NULL with STORE_ERROR_BUSY and
 * a message that says who scans, as which process and since when; with STORE_ERROR_UNSAFE or
 * STORE_ERROR_FULL when the file cannot be had.
 */
struct scan_lock *scan_lock_take(const char *path, const char *what, guint wait_ms, GError **error);
void scan_lock_free(struct scan_lock *lock); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScanLock, scan_lock_free)
