/* SPDX-License-Identifier: Apache-2.0 */
/* The mounts of a guest: from the fstab of a root to a tree of all its file systems. */
#pragma once

#include "facts/guest.h"
#include "guest/disk/tree.h"
#include "guest/disk/volume.h"

/*
 * Mount on `tree`, whose root file system is that of `root`, what its /etc/fstab wants there and
 * the volumes have. Where a file system that matters to identities (/usr, /var, /etc, /boot) is on
 * none of the disks or cannot be read, `facts` gets MARK_MOUNT_MISSING and a detail, and the tree
 * says ROAD_ERROR_UNREADABLE below, except where the guest itself would start without it (nofail).
 */
void mounts_apply(struct road *tree, const struct volumes *volumes, const struct volume *root,
                  struct root *facts);
