/* SPDX-License-Identifier: Apache-2.0 */
/* What tells the disks of a guest from those of others: copies of a disk share it. */
#pragma once

#include "facts/guest.h"
#include "guest/disk/volume.h"

/*
 * Add to each of the roots the UUID of every file system that was opened, and the identifier of
 * every partition table, by the names of their devices ("/dev/vda1").
 */
void volume_identity_add(const struct volumes *volumes, GPtrArray *roots);
