/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a tree is that of a system, on every road that can tell. */
#pragma once

#include "facts/guest.h"
#include "guest/road.h"

/* Files of which a system has at least one; ended by NULL. */
extern const char *const recognise_files[];

/*
 * A root has a directory /etc with at least one of the files that a system cannot do without,
 * whatever their type: a dangling link to a machine ID is a finding, not a reason to look away.
 * Systems that come up with an empty /etc still have /usr/lib/os-release. A /boot, /var or /home
 * has no etc at its top. A tree of ostree is a root whose status is unsupported-layout: its paths
 * do not hold the guest's files.
 *
 * Sets status and detail of the root. False, and the root as it was, for any other tree.
 */
bool recognise_root(struct road *road, struct root *root);
