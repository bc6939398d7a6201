/* SPDX-License-Identifier: Apache-2.0 */
/* Volumes: the partitions of a domain's disks, or whole disks, with the file systems on them. */
#pragma once

#include "guest/disk/fs.h"
#include "guest/disk/inspect.h"

struct volume {
  char *name;      /* "vda1"; "vda" for a disk without partitions, or one that was not opened */
  guint disk;      /* its place among the domain's disks */
  guint partition; /* number; 0 for a whole disk */
  char partuuid[DISK_UUID_SIZE]; /* empty when there is none */
  struct device *slice;          /* NULL for a whole disk */
  struct fs *fs;                 /* NULL when there is none that can be read */
  struct fs *seed;               /* instead of `fs`: cloud-init takes it for a seed; else NULL */
  char *status;  /* why not: a word of facts/guest.h or facts/image.h; NULL when it can */
  char *message; /* more of why; the name of a file system that cannot be read */
};

struct volumes {
  const struct inspect_disk *disks; /* the caller's */
  guint disk_count;
  GPtrArray *devices;   /* of struct device: the disks that could be opened */
  GPtrArray *list;      /* of struct volume, by disk and partition; at least one for each disk */
  GPtrArray *removable; /* of struct volume: removable disks, which are not in `list` */
  char (*table_ids)[DISK_UUID_SIZE]; /* by disk, of its partition table; "": none is known */
};
typedef struct volumes Volumes;

/* More than that many, over all disks, are not looked at. */
#define VOLUMES_MAX 256

/*
 * Open all disks and every file system on them; the disks stay the caller's and must live longer.
 * Never fails: what cannot be opened is a volume without a file system.
 */
struct volumes *volumes_open(const struct inspect_disk *disks, guint count);
void volumes_free(struct volumes *volumes); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Volumes, volumes_free)

/* Put down why a volume cannot be read, after all. */
void volume_fail(struct volume *volume, const GError *error);

/*
 * The volume that a source of fstab means: UUID=, LABEL=, PARTUUID=, a name in /dev or /dev/disk.
 * Copies share UUID and label: the one on the disk of `root` is preferred, then the first. A disk
 * that the domain calls by another driver's name is found by its letter ("sda1" is vda1) where only
 * one has it. NULL when there is none.
 */
const struct volume *volumes_find(const struct volumes *volumes, const char *source,
                                  const struct volume *root);
