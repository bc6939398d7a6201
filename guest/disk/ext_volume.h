/* SPDX-License-Identifier: Apache-2.0 */
/* An ext file system opened through libext2fs: its inodes, and its errors as ours. */
#pragma once

#include "guest/disk/device.h"
#include "guest/disk/ext_io.h"
#include "guest/disk/kept_blocks.h"

#include <ext2fs/ext2fs.h>

#define EXT_INODE_COUNT 64

/* The parts of an inode that are asked for, and which one it is. */
struct ext_inode {
  ext2_ino_t number;
  struct ext2_inode_large raw; /* in the machine's byte order */
};

struct ext_volume {
  ext2_filsys library;
  struct ext_io *io;
  bool journal_dirty;
  guint8 *block; /* room for one block, … */
  char *map;     /* … and for the two that mapping a block takes */
  struct kept_blocks *directories;
  struct ext_inode inodes[EXT_INODE_COUNT]; /* read before, each in its number's place */
};
typedef struct ext_volume ExtVolume;

/*
 * Open the file system on a device, which stays the caller's and must live longer. Reads the
 * superblock and nothing else. DISK_ERROR_UNSUPPORTED_FILESYSTEM with the message "jbd" for an
 * external journal.
 */
struct ext_volume *ext_volume_open(struct device *device, GError **error);
void ext_volume_free(struct ext_volume *volume); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExtVolume, ext_volume_free)

/* ext2, ext3 or ext4, by the features in use, as blkid tells them apart. */
const char *ext_volume_type(const struct ext_volume *volume);

/* Read an inode that is in use. Begins a question (ext_io_begin()). */
bool ext_volume_inode(struct ext_volume *volume, guint64 number, struct ext_inode *ret_inode,
                      GError **error);

/*
 * Set the error for a code of libext2fs: that of the device below when reading failed, else
 * DISK_ERROR_CORRUPT or what comes closest. Returns false, for the caller to return.
 */
bool ext_volume_fail(struct ext_volume *volume, errcode_t code, ext2_ino_t inode, GError **error);

static inline size_t
ext_volume_block_size(const struct ext_volume *volume)
{
  return volume->library->blocksize;
}

static inline guint64
ext_inode_size(const struct ext_inode *inode)
{
  return inode->raw.i_size | (guint64)inode->raw.i_size_high << 32;
}
