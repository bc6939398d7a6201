/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Volumes that tell cloud-init what to do: ISO 9660 and VFAT labelled "cidata" or "CIDATA"
 * (cloud-init, sources/DataSourceNoCloud.py, _get_devices()).
 */
#pragma once

#include "guest/disk/fs.h"

/*
 * The file system of a device that is such a volume; the device stays the caller's and must live
 * longer. NULL when it is none, or cannot be read: no more than its label is looked at then.
 */
struct fs *seed_volume_open(struct device *device);
