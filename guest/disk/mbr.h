/* SPDX-License-Identifier: Apache-2.0 */
/* MBR partition tables, as Linux reads them: primary partitions, and chains of logical ones. */
#pragma once

#include "guest/disk/partition.h"

#define MBR_SIZE 512

/*
 * Whether a device's first sector is a partition table, and not the boot sector of a file system or
 * of a boot loader that ends in the same mark.
 */
bool mbr_is_table(const guint8 *sector);

/* Whether a partition table says that the device has a GPT. */
bool mbr_is_protective(const guint8 *sector);

/*
 * Append the partitions of a table to an array of struct partition. Entries that leave the device,
 * and chains of logical partitions that loop, lose what is wrong. `ret_id`, room for
 * DISK_UUID_SIZE, gets the disk's signature unless it is zero. DISK_ERROR_IO and whatever else
 * reading the device fails with.
 */
bool mbr_list(struct device *device, const guint8 *sector, GArray *partitions, char *ret_id,
              GError **error);
