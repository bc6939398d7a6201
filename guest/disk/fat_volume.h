/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FAT12, FAT16 and FAT32 (Microsoft, "FAT: General Overview of On-Disk Format", 1.03): where things
 * are, and which clusters follow each other.
 */
#pragma once

#include "guest/disk/device.h"

struct fat_volume {
  struct device *device; /* the caller's */
  guint bits;            /* of an entry of the table: 12, 16 or 32 */
  guint32 cluster_size;  /* bytes */
  guint32 cluster_end;   /* clusters are numbered from 2 to this, without it */
  guint64 table_at, data_at;
  guint64 root_at; /* of the root directory where that has a place of its own, … */
  guint32 root_size;
  guint32 root_cluster; /* … or the first of its clusters: FAT32 */
  char label[12];       /* of the boot sector; blanks at its end are dropped */
};

/*
 * Read the boot sector. DISK_ERROR_UNSUPPORTED_FILESYSTEM when the device has none of a FAT,
 * DISK_ERROR_CORRUPT when that contradicts itself or the device.
 */
bool fat_volume_open(struct device *device, struct fat_volume *ret_volume, GError **error);

/* Where a cluster is on the device, in bytes. */
guint64 fat_volume_cluster_at(const struct fat_volume *volume, guint32 cluster);

/*
 * The cluster after `*cluster`, in its place; 0 after the last. DISK_ERROR_CORRUPT for one that
 * cannot be: a chain may still lead in circles, which is for the caller to bound.
 */
bool fat_volume_next(const struct fat_volume *volume, guint32 *cluster, GError **error);

/* Whether there is such a cluster. */
bool fat_volume_has(const struct fat_volume *volume, guint32 cluster);
