/* SPDX-License-Identifier: Apache-2.0 */
/* ext2, ext3 and ext4 (linux Documentation/filesystems/ext4), read through libext2fs. */
#pragma once

#include "guest/disk/fs.h"

/* Whether the first bytes of a device are those of an ext file system. */
bool ext_matches(const guint8 *head, size_t length);

/*
 * The ext file system of a device, which stays the caller's and must live longer. A journal that
 * was not replayed is told by `journal_dirty`, not applied. DISK_ERROR_UNKNOWN_FEATURE for a file
 * system with an incompatible feature that libext2fs does not know,
 * DISK_ERROR_UNSUPPORTED_FILESYSTEM
 * ("jbd") for an external journal, else DISK_ERROR_CORRUPT or DISK_ERROR_IO.
 */
struct fs *ext_open(struct device *device, GError **error);
