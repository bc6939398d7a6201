/* SPDX-License-Identifier: Apache-2.0 */
/* FAT file systems ("vfat"), with long names: what small volumes of settings are made with. */
#pragma once

#include "guest/disk/fs.h"

/*
 * The file system on a device; the device stays the caller's and must live longer. Its label is
 * that of the root directory, else that of the boot sector; it has no owners, modes and times. The
 * errors of fat_volume_open(), and whatever reading the root directory fails with.
 */
struct fs *fat_open(struct device *device, GError **error);
