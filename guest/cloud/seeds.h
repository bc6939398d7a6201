/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seeds inside one root: those of NoCloud's directories, and what the last instance was told.
 */
#pragma once

#include "facts/guest.h"
#include "guest/road.h"

/*
 * Add them to `seeds` (struct seed), up to SEEDS_MAX in all, under the root's name: "directory
 * vda1:/var/lib/cloud/seed/nocloud". Call it after the collectors: only a root with a cloud_init is
 * looked at, and the instance's id is that.
 */
void seeds_collect(struct road *road, const struct root *root, GPtrArray *seeds);
