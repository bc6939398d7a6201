/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blocks that were read and checked, kept for who comes again: collectors look up name after name
 * in the same few directories.
 */
#pragma once

#include <glib.h>

/* Bytes kept of one file system; with blocks of 4 KiB far more than the collectors' directories. */
#define KEPT_BLOCKS_MAX ((gsize)1 << 20)

struct kept_blocks;
struct kept_blocks *kept_blocks_new(gsize block_size);
void kept_blocks_free(struct kept_blocks *kept); /* NULL is fine */

/* A block of a file by its number there; NULL when it is not kept. Stays `kept`'s. */
const guint8 *kept_blocks_find(const struct kept_blocks *kept, guint32 inode, guint32 number);

/* Keep a copy of a block that is not kept yet; where there is no room left for it, do nothing. */
void kept_blocks_add(struct kept_blocks *kept, guint32 inode, guint32 number, const guint8 *block);
