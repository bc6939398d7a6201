/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the disks of a domain to its roots: open every chain, find every file system, tell which of
 * them hold a system, and mount the others where its fstab says.
 */
#pragma once

#include "facts/guest.h"
#include "guest/disk/chain.h"
#include "guest/road.h"

/* One disk of a domain. */
struct inspect_disk {
  const char *target; /* "vda": names its roots, and stands for /dev/vda in fstab */
  const struct layer *layers;
  guint32 sector_size; /* as the domain gives it to the guest; 0: 512 */
  guint layer_count;   /* 0 when the disk could not be opened; `status` says why */
  const char *status;
  bool removable; /* a CD-ROM or floppy: may be a seed, is no root, and goes unsaid when unread */
};

/*
 * Called with each root found, and its facts so far (root, file system, marks), to be filled
 * further by its road. Not for one that is unsupported-layout: its paths do not hold the guest's
 * files.
 */
typedef void (*inspect_found)(struct road *road, struct root *root, gpointer data);

struct inspect_sink {
  inspect_found found;
  /* Called with the road into each volume that cloud-init takes for a seed; NULL: not looked at. */
  void (*seed)(struct road *road, const char *volume, gpointer data);
  gpointer data; /* of both */
};

/*
 * Inspect the disks of one domain and fill `guest`: its roots, or a status and detail that say why
 * there are none. What makes a file system a root is for recognise_root() to say. Never fails: what
 * cannot be read is a status. `found` is called before the next root is looked for, `seed` after
 * all roots; the road dies after the call. Seeds have no part in the status. Each root gets the
 * identities of all volumes: UUIDs of file systems, and of partition tables.
 */
void inspect_disks(const struct inspect_disk *disks, guint count, struct guest *guest,
                   const struct inspect_sink *sink);
