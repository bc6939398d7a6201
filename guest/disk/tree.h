/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree of files that a guest sees: its root file system, and others mounted on it. It is a
 * road; as the guest's kernel would, it resolves paths and links name by name inside this tree.
 */
#pragma once

#include "guest/disk/fs.h"
#include "guest/road.h"

/* A tree of one file system, which stays the caller's, and so do those mounted on it. */
struct road *tree_new(struct fs *root);

/*
 * Mount a file system over a directory, which need not exist; a later mount hides an earlier one.
 * Instead of a file system NULL stands for one that the guest would have there and nobody can
 * read: everything below is then ROAD_ERROR_UNREADABLE, not missing.
 */
void tree_mount(struct road *tree, const char *mount_point, struct fs *fs);

/* Show a directory of the tree at a second place. False with a ROAD_ERROR when there is none. */
bool tree_bind(struct road *tree, const char *directory, const char *mount_point, GError **error);
