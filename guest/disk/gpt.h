/* SPDX-License-Identifier: Apache-2.0 */
/* GUID partition tables: UEFI specification 2.10, chapter 5.3. */
#pragma once

#include "guest/disk/partition.h"

/*
 * Append the partitions of a device's GPT to an array of struct partition, from whichever of the
 * two headers holds, with sectors of 512 or 4096 bytes. Entries that leave the device are left out.
 * `ret_id`, room for DISK_UUID_SIZE, gets the disk's GUID unless it is zero.
 * DISK_ERROR_CORRUPT when no header holds.
 */
bool gpt_list(struct device *device, GArray *partitions, char *ret_id, GError **error);
