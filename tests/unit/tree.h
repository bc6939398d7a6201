/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A directory tree in a temporary folder, as a test builds it. Every function ends the test when
 * it fails.
 */
#pragma once

#include "facts/guest.h"
#include "guest/road.h"

struct tree {
  char *path;
  int fd;
};
typedef struct tree Tree;

struct tree *tree_new(void);
void tree_free(struct tree *tree); /* removes it, too */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tree, tree_free)

/* Paths are absolute in the tree; parents are made where they are missing. */
void tree_add_directory(struct tree *tree, const char *path);
void tree_add_bytes(struct tree *tree, const char *path, const char *bytes, gsize size);
void tree_add_file(struct tree *tree, const char *path, const char *text);
void tree_add_link(struct tree *tree, const char *path, const char *target);
void tree_add_hard_link(struct tree *tree, const char *path, const char *existing);

/* The path of something in the tree, as the host sees it. */
char *tree_host_path(struct tree *tree, const char *path);

/* What all collectors find in it. */
struct root *tree_collect(struct tree *tree);

/* The only identity of a kind, or that of a path; NULL when there is none. */
struct identity *root_identity(struct root *root, const char *kind, const char *path);
