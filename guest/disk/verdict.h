/* SPDX-License-Identifier: Apache-2.0 */
/* What to say of a guest whose disks were looked through. */
#pragma once

#include "facts/guest.h"
#include "guest/disk/volume.h"

/*
 * Set status and detail of `guest`. With roots: ok, and what else could not be read. Without: the
 * word that explains best why there are none, and all that was found instead.
 */
void verdict_reach(const struct volumes *volumes, struct guest *guest);
