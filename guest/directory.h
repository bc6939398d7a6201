/* SPDX-License-Identifier: Apache-2.0 */
/* The road through a directory tree: a container's root, a chroot, an unpacked image. */
#pragma once

#include "guest/road.h"

/*
 * The road into the tree below an open directory, which stays the caller's. Every path is resolved
 * by openat2(2) with RESOLVE_IN_ROOT and RESOLVE_NO_MAGICLINKS, so that no link leads out.
 */
struct road *directory_open(int directory_fd);
