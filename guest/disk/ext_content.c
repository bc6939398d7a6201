/* SPDX-License-Identifier: Apache-2.0 */
/* From an inode to its bytes: extents, block maps, and data inside the inode. */
#include "guest/disk/ext_content.h"

#include <string.h>

/* The block's place on the device, 0 for a hole or a block that was never written to. */
static errcode_t
map_block(struct ext_volume *volume, struct ext_inode *inode, guint64 number, blk64_t *ret_block)
{
  int flags = 0;
  errcode_t code = ext2fs_bmap2(volume->library, inode->number, (struct ext2_inode *)&inode->raw,
                                volume->map, 0, number, &flags, ret_block);

  if (!code && flags & BMAP_RET_UNINIT)
    *ret_block = 0;
  return code;
}

static errcode_t
read_block(struct ext_volume *volume, struct ext_inode *inode, guint64 number, bool *ret_hole)
{
  blk64_t block;
  errcode_t code = map_block(volume, inode, number, &block);

  if (code)
    return code;
  *ret_hole = block == 0;
  return block ? io_channel_read_blk64(volume->library->io, block, 1, volume->block) : 0;
}

bool
ext_content_block(struct ext_volume *volume, struct ext_inode *inode, guint64 number,
                  bool *ret_hole, GError **error)
{
  errcode_t code = read_block(volume, inode, number, ret_hole);

  return code ? ext_volume_fail(volume, code, inode->number, error) : true;
}

/*
 * The library checks no room: this is the most that it can come by, the map's place in the inode
 * and an attribute's value, which fills a block or an inode of its own at most. ext2fs_file_read()
 * would give it three blocks, and asking ext2fs_inline_data_size() first would believe that a disk
 * stays the same.
 */
#define INLINE_MAX (sizeof(((struct ext2_inode *)NULL)->i_block) + EXT2_MAX_BLOCK_SIZE)

GBytes *
ext_content_inline(struct ext_volume *volume, struct ext_inode *inode, GError **error)
{
  g_autofree char *bytes = g_malloc(INLINE_MAX);
  size_t size = 0;
  errcode_t code = ext2fs_inline_data_get(volume->library, inode->number,
                                          (struct ext2_inode *)&inode->raw, bytes, &size);

  if (!code)
    return g_bytes_new(bytes, size);
  ext_volume_fail(volume, code, inode->number, error);
  return NULL;
}

static GBytes *
read_inline(struct ext_volume *volume, struct ext_inode *inode, size_t length, GError **error)
{
  g_autoptr(GBytes) bytes = ext_content_inline(volume, inode, error);

  if (!bytes)
    return NULL;
  return g_bytes_new_from_bytes(bytes, 0, MIN(length, g_bytes_get_size(bytes)));
}

static GBytes *
read_blocks(struct ext_volume *volume, struct ext_inode *inode, size_t length, GError **error)
{
  const size_t block_size = ext_volume_block_size(volume);
  g_autofree guint8 *bytes = g_malloc0(length);

  for (size_t done = 0; done < length; done += block_size) {
    bool hole;

    if (!ext_content_block(volume, inode, done / block_size, &hole, error))
      return NULL;
    if (!hole)
      memcpy(bytes + done, volume->block, MIN(block_size, length - done));
  }
  return g_bytes_new_take(g_steal_pointer(&bytes), length);
}

GBytes *
ext_content_read(struct ext_volume *volume, struct ext_inode *inode, size_t max, GError **error)
{
  size_t length = (size_t)MIN(ext_inode_size(inode), max);

  if (inode->raw.i_flags & EXT4_INLINE_DATA_FL)
    return read_inline(volume, inode, length, error);
  return read_blocks(volume, inode, length, error);
}
