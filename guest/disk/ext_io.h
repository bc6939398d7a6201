/* SPDX-License-Identifier: Apache-2.0 */
/* What libext2fs reads through: a device, a small cache of blocks, a bound on all reading. */
#pragma once

#include "guest/disk/device.h"

#include <ext2fs/ext2fs.h>

struct ext_io;

/* Reading from a device, which stays the caller's and must live longer. */
struct ext_io *ext_io_new(struct device *device);
void ext_io_free(struct ext_io *io);

/*
 * What ext2fs_open2() wants to reach `io`: the manager, and as "device name" the address of `io`,
 * valid as long as `io` is. Closing the channel leaves `io` alone. Nothing can be written.
 */
io_manager ext_io_manager(void);
const char *ext_io_name(const struct ext_io *io);

/*
 * Before each question to the file system: forget the last error, and let at most
 * EXT_IO_QUESTION_MAX bytes be read for this one. However a file system loops, it ends there; and
 * all questions together end at EXT_IO_TOTAL_MAX.
 */
void ext_io_begin(struct ext_io *io);

#define EXT_IO_QUESTION_MAX ((guint64)64 << 20)
#define EXT_IO_TOTAL_MAX    ((guint64)1 << 30)

/* The error of the first read that failed since ext_io_begin(), handed over; NULL when none did. */
GError *ext_io_take_error(struct ext_io *io);
