/* SPDX-License-Identifier: Apache-2.0 */
/* The road through a directory tree: a container's root, a chroot, an unpacked image. */
#pragma once

#include "guest/idmap.h"
#include "guest/road.h"

/*
 * The road into the tree below an open directory, which stays the caller's, as does the map, by
 * which owners are given in the guest's numbers; NULL for none. Every path is opened as beneath.h
 * says, so that no link leads out.
 */
struct road *directory_open(int directory_fd, const struct idmap *map);
