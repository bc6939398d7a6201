/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Partition tables: MBR with logical partitions, GPT with its backup header (UEFI
 * specification 2.10, chapter 5), on sectors of 512 or 4096 bytes.
 */
#pragma once

#include "guest/disk/device.h"

struct partition {
  guint number;                  /* as Linux numbers it: logical ones from 5 on */
  guint64 offset, length;        /* bytes */
  char partuuid[DISK_UUID_SIZE]; /* blkid's PARTUUID: a GUID or "1234abcd-01"; "": unknown */
};

#define PARTITION_MAX 256

/*
 * The partitions of a device, in order of their number, as a new array of struct partition;
 * extended ones left out. Empty when there is no partition table. `ret_id`, room for
 * DISK_UUID_SIZE, gets blkid's PTUUID of the table, "" when it has none; it may be NULL.
 * DISK_ERROR_CORRUPT when neither header of a GPT holds; a table whose single entries lie (beyond
 * the device, loops) loses just those.
 */
GArray *partition_list(struct device *device, char *ret_id, GError **error);
