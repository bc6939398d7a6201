/* SPDX-License-Identifier: Apache-2.0 */
/* ISO 9660 file systems: what CD-ROMs are made with, and most seeds of cloud-init. */
#pragma once

#include "guest/disk/fs.h"

/*
 * The file system on a device; the device stays the caller's and must live longer. Symbolic links
 * are FILE_OTHER; there are no times. The errors of iso_volume_open() and
 * iso_volume_choose_names().
 */
struct fs *iso_open(struct device *device, GError **error);
