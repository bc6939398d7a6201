/* SPDX-License-Identifier: Apache-2.0 */
/* What an inode of an ext file system holds: the bytes of a file, a directory, a long link. */
#pragma once

#include "guest/disk/ext_volume.h"

/* The first bytes of an inode's content, at most `max`; holes read as zeros. */
GBytes *ext_content_read(struct ext_volume *volume, struct ext_inode *inode, size_t max,
                         GError **error);

/*
 * One block of an inode that is not inline into volume->block. `*ret_hole` tells that none is
 * there, and volume->block was left alone.
 */
bool ext_content_block(struct ext_volume *volume, struct ext_inode *inode, guint64 number,
                       bool *ret_hole, GError **error);

/* All the bytes that are kept in the inode itself (EXT4_INLINE_DATA_FL), whatever its size says. */
GBytes *ext_content_inline(struct ext_volume *volume, struct ext_inode *inode, GError **error);
