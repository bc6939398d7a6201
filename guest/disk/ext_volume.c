/* SPDX-License-Identifier: Apache-2.0 */
/* Opening through libext2fs, and everything that it must be kept from. */
#include "guest/disk/ext_volume.h"

#include <et/com_err.h>
#include <stdlib.h>

/* Enough for 32 TiB in blocks of 4 KiB. */
#define GROUP_TABLE_MAX ((guint64)16 << 20)

/* Fixed by the layout; the kernel refuses deeper trees as well (fs/ext4/extents.c). */
#define EXTENT_DEPTH_MAX 5

/*
 * The text of a code of libext2fs, straight from its table: error_message() would want the table
 * registered in a global list, and reads the environment.
 */
static const char *
code_text(errcode_t code)
{
  errcode_t index = code - et_ext2_error_table.base;

  if (index < 0 || index >= et_ext2_error_table.n_msgs)
    return "cannot be read";
  return et_ext2_error_table.msgs[index];
}

static enum disk_error
code_class(errcode_t code)
{
  switch (code) {
  case EXT2_ET_UNSUPP_FEATURE:
  case EXT2_ET_REV_TOO_HIGH:
  case EXT2_ET_UNKNOWN_CSUM:
    return DISK_ERROR_UNKNOWN_FEATURE;
  case EXT2_ET_NO_MEMORY:
    return DISK_ERROR_IO;
  default:
    return DISK_ERROR_CORRUPT;
  }
}

bool
ext_volume_fail(struct ext_volume *volume, errcode_t code, ext2_ino_t inode, GError **error)
{
  GError *below = ext_io_take_error(volume->io);

  if (!below)
    below = g_error_new_literal(DISK_ERROR, code_class(code), code_text(code));
  if (inode > 0)
    g_prefix_error(&below, "inode %u: ", inode);
  g_propagate_error(error, below);
  return false;
}

/*
 * Whether a checksum that does not fit condemns what it covers. With a dirty journal it does not: a
 * checksum is seeded by its inode's generation, and block and inode may have reached their places
 * from different transactions. Otherwise the kernel would refuse the block, and so do we: an
 * identity that is read wrong is worse than one that is not read.
 */
static errcode_t
enforce_checksums(struct ext_volume *volume)
{
  ext2_filsys library = volume->library;
  /* As it lies on the disk: library->super was brought to the machine's byte order. */
  struct ext2_super_block *raw = (struct ext2_super_block *)library->orig_super;

  if (volume->journal_dirty)
    return 0;
  if (!ext2fs_verify_csum_type(library, library->super))
    return EXT2_ET_UNKNOWN_CSUM;
  if (ext2fs_has_feature_metadata_csum(library->super) &&
      !ext2fs_superblock_csum_verify(library, raw))
    return EXT2_ET_SB_CSUM_INVALID;
  library->flags &= ~EXT2_FLAG_IGNORE_CSUM_ERRORS;
  return 0;
}

/*
 * Reserve the group descriptors. EXT2_FLAG_SUPER_ONLY left them unread: of a large disk's hundreds
 * of kilobytes a handful of blocks is needed. Pages that calloc() gives and nobody touches cost
 * nothing, so that a superblock cannot claim much memory either.
 */
static errcode_t
reserve_groups(ext2_filsys library)
{
  guint64 size = (guint64)library->desc_blocks * library->blocksize;

  if (size > GROUP_TABLE_MAX)
    return EXT2_ET_CORRUPT_SUPERBLOCK;
  library->group_desc = calloc(library->desc_blocks, library->blocksize);
  return library->group_desc ? 0 : EXT2_ET_NO_MEMORY;
}

static errcode_t
open_library(struct ext_volume *volume)
{
  const int flags = EXT2_FLAG_64BITS | EXT2_FLAG_SUPER_ONLY | EXT2_FLAG_JOURNAL_DEV_OK |
                    EXT2_FLAG_IGNORE_CSUM_ERRORS;
  errcode_t code =
      ext2fs_open2(ext_io_name(volume->io), NULL, flags, 0, 0, ext_io_manager(), &volume->library);

  if (code || ext2fs_has_feature_journal_dev(volume->library->super))
    return code;
  volume->journal_dirty = ext2fs_has_feature_journal_needs_recovery(volume->library->super);
  code = enforce_checksums(volume);
  return code ? code : reserve_groups(volume->library);
}

struct ext_volume *
ext_volume_open(struct device *device, GError **error)
{
  g_autoptr(ExtVolume) volume = g_new0(struct ext_volume, 1);

  volume->io = ext_io_new(device);
  errcode_t code = open_library(volume);
  if (code) {
    ext_volume_fail(volume, code, 0, error);
    return NULL;
  }
  if (ext2fs_has_feature_journal_dev(volume->library->super)) {
    g_set_error_literal(error, DISK_ERROR, DISK_ERROR_UNSUPPORTED_FILESYSTEM, "jbd");
    return NULL;
  }
  volume->block = g_malloc(ext_volume_block_size(volume));
  volume->map = g_malloc(2 * ext_volume_block_size(volume));
  volume->directories = kept_blocks_new(ext_volume_block_size(volume));
  return g_steal_pointer(&volume);
}

void
ext_volume_free(struct ext_volume *volume)
{
  if (!volume)
    return;
  /* Not ext2fs_close(), which flushes. */
  ext2fs_free(volume->library);
  ext_io_free(volume->io);
  g_free(volume->block);
  g_free(volume->map);
  kept_blocks_free(volume->directories);
  g_free(volume);
}

const char *
ext_volume_type(const struct ext_volume *volume)
{
  const struct ext2_super_block *super = volume->library->super;
  const guint32 ext3_incompat = EXT2_FEATURE_INCOMPAT_FILETYPE | EXT3_FEATURE_INCOMPAT_RECOVER |
                                EXT2_FEATURE_INCOMPAT_META_BG;
  const guint32 ext3_ro_compat =
      EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER | EXT2_FEATURE_RO_COMPAT_LARGE_FILE;

  if (super->s_feature_incompat & ~ext3_incompat || super->s_feature_ro_compat & ~ext3_ro_compat)
    return "ext4";
  return super->s_feature_compat & EXT3_FEATURE_COMPAT_HAS_JOURNAL ? "ext3" : "ext2";
}

/* libext2fs wants descriptors in the machine's byte order. */
static void
swap_descriptors(ext2_filsys library, guint32 first, guint32 count)
{
  for (guint32 i = 0; i < count && first + i < library->group_desc_count; i++)
    ext2fs_swap_group_desc2(library, ext2fs_group_desc(library, library->group_desc, first + i));
}

/*
 * Where a block of the group descriptors lies. ext2fs_descriptor_block_loc2() forgets, for all but
 * the first of them, that block 0 of a bigalloc file system with blocks of 1 KiB is the boot block.
 */
static blk64_t
descriptor_block(ext2_filsys library, guint32 number)
{
  const struct ext2_super_block *super = library->super;
  bool boot_block = library->blocksize == SUPERBLOCK_OFFSET && super->s_first_data_block == 0;

  if (ext2fs_has_feature_meta_bg(library->super) && number >= super->s_first_meta_bg)
    return ext2fs_descriptor_block_loc2(library, super->s_first_data_block, number);
  return (blk64_t)super->s_first_data_block + boot_block + 1 + number;
}

/* Make sure that the descriptor of an inode's group is there. Where it says 0, it is not yet. */
static errcode_t
load_group(struct ext_volume *volume, guint32 group)
{
  ext2_filsys library = volume->library;
  guint32 per_block = EXT2_DESC_PER_BLOCK(library->super);
  guint32 number = group / per_block;

  if (ext2fs_inode_table_loc(library, group) != 0)
    return 0;
  char *descriptors = (char *)library->group_desc + (size_t)number * library->blocksize;
  errcode_t code =
      io_channel_read_blk64(library->io, descriptor_block(library, number), 1, descriptors);
  if (!code && G_BYTE_ORDER == G_BIG_ENDIAN)
    swap_descriptors(library, number * per_block, per_block);
  return code;
}

/* The flags and the tree's header are looked at before the library builds anything by them. */
static errcode_t
check_inode(const struct ext_inode *inode)
{
  const struct ext3_extent_header *header = (const struct ext3_extent_header *)inode->raw.i_block;

  if (inode->raw.i_links_count == 0)
    return EXT2_ET_INODE_CORRUPTED;
  if (inode->raw.i_flags & EXT4_EXTENTS_FL && !(inode->raw.i_flags & EXT4_INLINE_DATA_FL) &&
      ext2fs_le16_to_cpu(header->eh_depth) > EXTENT_DEPTH_MAX)
    return EXT2_ET_EXTENT_HEADER_BAD;
  return 0;
}

static errcode_t
read_inode(struct ext_volume *volume, guint64 number, struct ext_inode *inode)
{
  ext2_filsys library = volume->library;

  if (number == 0 || number > library->super->s_inodes_count)
    return EXT2_ET_BAD_INODE_NUM;
  *inode = (struct ext_inode){.number = (ext2_ino_t)number};
  errcode_t code =
      load_group(volume, (guint32)(number - 1) / EXT2_INODES_PER_GROUP(library->super));
  if (!code)
    code = ext2fs_read_inode_full(library, inode->number, (struct ext2_inode *)&inode->raw,
                                  sizeof(inode->raw));
  return code ? code : check_inode(inode);
}

bool
ext_volume_inode(struct ext_volume *volume, guint64 number, struct ext_inode *ret_inode,
                 GError **error)
{
  struct ext_inode *kept = &volume->inodes[number % EXT_INODE_COUNT];
  struct ext_inode inode;

  ext_io_begin(volume->io);
  if (number == 0 || kept->number != number) {
    errcode_t code = read_inode(volume, number, &inode);

    if (code)
      return ext_volume_fail(volume, code, (ext2_ino_t)MIN(number, G_MAXUINT32), error);
    *kept = inode;
  }
  *ret_inode = *kept;
  return true;
}
