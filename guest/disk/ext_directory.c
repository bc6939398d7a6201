/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Directories block by block. The index of a hashed directory is not used: its nodes look like
 * empty blocks to whoever reads it as a list, and what we look for lies in small directories.
 */
#include "guest/disk/ext_directory.h"

#include "guest/disk/bytes.h"
#include "guest/disk/crc32c.h"
#include "guest/disk/ext_content.h"

#include <string.h>

/* Inode, the entry's own length, length of the name, type; then the name (ext4/directory.rst). */
#define ENTRY_HEADER 8

/* "." and ".." of an inline directory are one inode number at its start. */
#define INLINE_PARENT 4

struct walk {
  struct ext_volume *volume;
  struct ext_inode *directory;
  ext_entry_found found;
  gpointer data;
  bool stopped;
};

/*
 * Lengths are multiples of 4. In blocks of 64 KiB, where they do not fit 16 bits, the two low bits
 * are the high ones.
 */
static size_t
entry_length(const guint8 *entry, size_t block_size)
{
  size_t length = bytes_le16(entry + 4);

  if (block_size < 65536)
    return length;
  if (length == G_MAXUINT16 || length == 0)
    return block_size;
  return (length & 0xfffc) | (length & 3) << 16;
}

static bool
is_dots(const char *name, size_t length)
{
  return length <= 2 && memcmp(name, "..", length) == 0;
}

/* Entries one after the other fill `bytes`, each saying where the next one is. */
static bool
walk_entries(struct walk *walk, const guint8 *bytes, size_t size)
{
  size_t offset = 0;

  while (size - offset > ENTRY_HEADER && !walk->stopped) {
    const guint8 *entry = bytes + offset;
    const char *name = (const char *)entry + ENTRY_HEADER;
    size_t length = entry_length(entry, ext_volume_block_size(walk->volume));
    size_t name_length = entry[6];
    guint32 inode = bytes_le32(entry);

    if (length < ENTRY_HEADER + name_length || length % 4 != 0 || length > size - offset)
      return false;
    if (inode != 0 && !is_dots(name, name_length))
      walk->stopped = !walk->found(name, name_length, inode, walk->data);
    offset += length;
  }
  return true;
}

static bool
is_checksummed(const struct ext_volume *volume)
{
  return ext2fs_has_feature_metadata_csum(volume->library->super) && !volume->journal_dirty;
}

/*
 * A block without a checksum's place at its end can only be a node of the index, all of which one
 * unused entry hides: the whole block, or what follows "." and "..".
 */
static bool
is_index_block(const guint8 *block, size_t block_size)
{
  const guint8 *entry = block;
  size_t left = block_size;

  for (guint i = 0; i < 3 && left > ENTRY_HEADER; i++) {
    size_t length = entry_length(entry, block_size);

    if (length >= left)
      return length == left &&
             (bytes_le32(entry) == 0 || is_dots((const char *)entry + 8, entry[6]));
    if (length < ENTRY_HEADER)
      return false;
    entry += length;
    left -= length;
  }
  return false;
}

/*
 * Of the inode's number and generation, and the block up to its tail (linux ext4/checksums.rst).
 * Most directories that anyone looks into are a block of which little is used, so that this is most
 * of the work.
 */
static bool
tail_fits(const struct ext_volume *volume, const struct ext_inode *directory)
{
  const guint32 salt[] = {GUINT32_TO_LE(directory->number),
                          GUINT32_TO_LE(directory->raw.i_generation)};
  const size_t length = ext_volume_block_size(volume) - sizeof(struct ext2_dir_entry_tail);
  const guint8 *tail = volume->block + length;
  guint32 sum = crc32c(volume->library->csum_seed, salt, sizeof(salt));

  return crc32c(sum, volume->block, length) ==
         bytes_le32(tail + offsetof(struct ext2_dir_entry_tail, det_checksum));
}

static bool
checksum_fits(const struct walk *walk)
{
  const struct ext_volume *volume = walk->volume;

  if (!is_checksummed(volume))
    return true;
  if (ext2fs_dirent_has_tail(volume->library, (struct ext2_dir_entry *)volume->block))
    return tail_fits(volume, walk->directory);
  return is_index_block(volume->block, ext_volume_block_size(volume));
}

/* Into volume->block, and kept there if there is room; `*ret_hole` tells that there is none. */
static bool
load_block(struct walk *walk, guint32 number, bool *ret_hole, GError **error)
{
  struct ext_volume *volume = walk->volume;
  const guint32 inode = walk->directory->number;

  if (!ext_content_block(volume, walk->directory, number, ret_hole, error))
    return false;
  if (*ret_hole)
    return true;
  if (!checksum_fits(walk))
    return ext_volume_fail(volume, EXT2_ET_DIR_CSUM_INVALID, inode, error);
  kept_blocks_add(volume->directories, inode, number, volume->block);
  return true;
}

/* What is kept was sound when it was read, and is not checked again. */
static bool
walk_block(struct walk *walk, guint32 number, GError **error)
{
  struct ext_volume *volume = walk->volume;
  const guint32 inode = walk->directory->number;
  const guint8 *block = kept_blocks_find(volume->directories, inode, number);
  bool hole = false;

  if (!block && !load_block(walk, number, &hole, error))
    return false;
  if (hole || walk_entries(walk, block ? block : volume->block, ext_volume_block_size(volume)))
    return true;
  return ext_volume_fail(volume, EXT2_ET_DIR_CORRUPTED, inode, error);
}

static bool
walk_blocks(struct walk *walk, GError **error)
{
  struct ext_volume *volume = walk->volume;
  const size_t block_size = ext_volume_block_size(volume);
  guint64 size = ext_inode_size(walk->directory);

  for (guint64 done = 0; done < size && !walk->stopped; done += block_size) {
    if (done >= EXT_DIRECTORY_MAX)
      return ext_volume_fail(volume, EXT2_ET_DIR_CORRUPTED, walk->directory->number, error);
    if (!walk_block(walk, (guint32)(done / block_size), error))
      return false;
  }
  return true;
}

/* In two parts, the first in place of the block map; no entry reaches from one into the other. */
static bool
walk_inline(struct walk *walk, GError **error)
{
  g_autoptr(GBytes) content = ext_content_inline(walk->volume, walk->directory, error);
  gsize size = 0;
  const guint8 *bytes = content ? g_bytes_get_data(content, &size) : NULL;
  const gsize first = sizeof(walk->directory->raw.i_block);

  if (!content)
    return false;
  if (size >= first && walk_entries(walk, bytes + INLINE_PARENT, first - INLINE_PARENT) &&
      walk_entries(walk, bytes + first, size - first))
    return true;
  return ext_volume_fail(walk->volume, EXT2_ET_DIR_CORRUPTED, walk->directory->number, error);
}

static bool
check_readable(const struct ext_inode *directory, GError **error)
{
  enum disk_error code;
  const char *why;

  if (!LINUX_S_ISDIR(directory->raw.i_mode)) {
    code = DISK_ERROR_NOT_DIRECTORY;
    why = "not a directory";
  } else if (directory->raw.i_flags & EXT4_ENCRYPT_FL) {
    code = DISK_ERROR_ENCRYPTED;
    why = "a directory with encrypted names";
  } else if (directory->raw.i_flags & EXT4_CASEFOLD_FL) {
    code = DISK_ERROR_UNKNOWN_FEATURE;
    why = "a directory whose names ignore case";
  } else {
    return true;
  }
  g_set_error(error, DISK_ERROR, code, "inode %u: %s", directory->number, why);
  return false;
}

bool
ext_directory_walk(struct ext_volume *volume, struct ext_inode *directory, ext_entry_found found,
                   gpointer data, GError **error)
{
  struct walk walk = {volume, directory, found, data, false};

  if (!check_readable(directory, error))
    return false;
  if (directory->raw.i_flags & EXT4_INLINE_DATA_FL)
    return walk_inline(&walk, error);
  return walk_blocks(&walk, error);
}
