/* SPDX-License-Identifier: Apache-2.0 */
/* An ext file system as a struct fs. */
#include "guest/disk/ext.h"

#include "guest/disk/bytes.h"
#include "guest/disk/ext_content.h"
#include "guest/disk/ext_directory.h"

#include <string.h>

#define MAGIC_OFFSET 0x438
#define MAGIC        0xef53

struct ext {
  struct fs fs;
  struct ext_volume *volume;
};

static struct ext_volume *
volume_of(struct fs *fs)
{
  return ((struct ext *)fs)->volume;
}

struct lookup {
  const char *name;
  size_t length;
  guint32 inode; /* 0: not found */
};

static bool
lookup_found(const char *name, size_t length, guint32 inode, gpointer data)
{
  struct lookup *lookup = data;

  if (length != lookup->length || memcmp(name, lookup->name, length) != 0)
    return true;
  lookup->inode = inode;
  return false;
}

static bool
ext_lookup(struct fs *fs, guint64 directory, const char *name, guint64 *ret_inode, GError **error)
{
  struct lookup lookup = {name, strlen(name), 0};
  struct ext_inode inode;

  if (!ext_volume_inode(volume_of(fs), directory, &inode, error) ||
      !ext_directory_walk(volume_of(fs), &inode, lookup_found, &lookup, error))
    return false;
  if (lookup.inode == 0) {
    g_set_error_literal(error, DISK_ERROR, DISK_ERROR_NOT_FOUND, "no such file");
    return false;
  }
  *ret_inode = lookup.inode;
  return true;
}

static enum file_type
type_of(const struct ext_inode *inode)
{
  if (LINUX_S_ISREG(inode->raw.i_mode))
    return FILE_REGULAR;
  if (LINUX_S_ISDIR(inode->raw.i_mode))
    return FILE_DIRECTORY;
  return LINUX_S_ISLNK(inode->raw.i_mode) ? FILE_LINK : FILE_OTHER;
}

/* Signed 32 bits, which two more bits of a large inode carry on until 2446. */
static gint64
modified_at(const struct ext_volume *volume, const struct ext2_inode_large *raw)
{
  const size_t end = offsetof(struct ext2_inode_large, i_mtime_extra) + sizeof(raw->i_mtime_extra);
  gint64 seconds = (gint32)raw->i_mtime;

  if (EXT2_INODE_SIZE(volume->library->super) >= end &&
      raw->i_extra_isize >= end - EXT2_GOOD_OLD_INODE_SIZE)
    seconds += (gint64)(raw->i_mtime_extra & EXT4_EPOCH_MASK) << 32;
  return seconds;
}

static bool
ext_stat(struct fs *fs, guint64 number, struct file_stat *ret_stat, GError **error)
{
  struct ext_inode inode;

  if (!ext_volume_inode(volume_of(fs), number, &inode, error))
    return false;
  *ret_stat = (struct file_stat){
      .type = type_of(&inode),
      .mode = inode.raw.i_mode & 07777,
      .uid = inode_uid(inode.raw),
      .gid = inode_gid(inode.raw),
      .link_count = inode.raw.i_links_count,
      .size = ext_inode_size(&inode),
      .modified_at = modified_at(volume_of(fs), &inode.raw),
      .inode = number,
  };
  return true;
}

/* An inode of this type whose content is not encrypted. */
static bool
get_readable(struct fs *fs, guint64 number, enum file_type type, struct ext_inode *inode,
             GError **error)
{
  if (!ext_volume_inode(volume_of(fs), number, inode, error))
    return false;
  if (type_of(inode) != type)
    g_set_error(error, DISK_ERROR, type == FILE_LINK ? DISK_ERROR_NOT_LINK : DISK_ERROR_NOT_REGULAR,
                "inode %u is not a %s", inode->number,
                type == FILE_LINK ? "symbolic link" : "regular file");
  else if (inode->raw.i_flags & EXT4_ENCRYPT_FL)
    g_set_error(error, DISK_ERROR, DISK_ERROR_ENCRYPTED, "inode %u is encrypted", inode->number);
  else
    return true;
  return false;
}

static GBytes *
ext_read(struct fs *fs, guint64 number, size_t max, GError **error)
{
  struct ext_inode inode;

  if (!get_readable(fs, number, FILE_REGULAR, &inode, error))
    return NULL;
  return ext_content_read(volume_of(fs), &inode, max, error);
}

/* Short targets take the place of the block map. */
static GBytes *
read_target(struct ext_volume *volume, struct ext_inode *inode, GError **error)
{
  if (!ext2fs_is_fast_symlink((struct ext2_inode *)&inode->raw) ||
      inode->raw.i_flags & EXT4_INLINE_DATA_FL)
    return ext_content_read(volume, inode, ROAD_PATH_MAX, error);
  return g_bytes_new(inode->raw.i_block, ext_inode_size(inode));
}

static GBytes *
ext_readlink(struct fs *fs, guint64 number, GError **error)
{
  struct ext_inode inode;

  if (!get_readable(fs, number, FILE_LINK, &inode, error))
    return NULL;
  g_autoptr(GBytes) target = read_target(volume_of(fs), &inode, error);
  if (!target)
    return NULL;
  /* A NUL ends a target, as it does for the kernel. */
  gsize size;
  const char *bytes = g_bytes_get_data(target, &size);
  return g_bytes_new_from_bytes(target, 0, bytes ? strnlen(bytes, size) : 0);
}

struct listing {
  GPtrArray *names;
  size_t max;
};

static bool
listing_found(const char *name, size_t length, guint32 inode, gpointer data)
{
  struct listing *listing = data;

  (void)inode;
  /* Such a name cannot be asked for: the directory is damaged, or made to confuse. */
  if (!memchr(name, '\0', length) && !memchr(name, '/', length))
    g_ptr_array_add(listing->names, g_strndup(name, length));
  return listing->names->len < listing->max;
}

static GPtrArray *
ext_list(struct fs *fs, guint64 directory, size_t max, GError **error)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  struct listing listing = {names, max};
  struct ext_inode inode;

  if (!ext_volume_inode(volume_of(fs), directory, &inode, error) ||
      !ext_directory_walk(volume_of(fs), &inode, listing_found, &listing, error))
    return NULL;
  return g_steal_pointer(&names);
}

static void
ext_free(struct fs *fs)
{
  struct ext *ext = (struct ext *)fs;

  ext_volume_free(ext->volume);
  g_free(ext);
}

static void
copy_uuid(char out[DISK_UUID_SIZE], const guint8 uuid[16])
{
  static const guint8 none[16];
  const guint8 *u = uuid;

  if (memcmp(uuid, none, sizeof(none)) == 0)
    return;
  g_snprintf(out, DISK_UUID_SIZE,
             "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", u[0], u[1],
             u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9], u[10], u[11], u[12], u[13], u[14],
             u[15]);
}

/* 16 bytes become at most 48, each of them replaced by U+FFFD. */
static void
copy_label(char out[FS_LABEL_SIZE], const guint8 label[EXT2_LABEL_LEN])
{
  g_autofree char *text = g_strndup((const char *)label, EXT2_LABEL_LEN);
  g_autofree char *valid = g_utf8_make_valid(text, -1);

  g_strlcpy(out, valid, FS_LABEL_SIZE);
}

bool
ext_matches(const guint8 *head, size_t length)
{
  return length >= SUPERBLOCK_OFFSET + SUPERBLOCK_SIZE && bytes_le16(head + MAGIC_OFFSET) == MAGIC;
}

struct fs *
ext_open(struct device *device, GError **error)
{
  static const struct fs_ops ops = {ext_lookup,   ext_stat, ext_read,
                                    ext_readlink, ext_list, ext_free};
  struct ext_volume *volume = ext_volume_open(device, error);

  if (!volume)
    return NULL;
  struct ext *ext = g_new(struct ext, 1);
  *ext = (struct ext){
      .fs = {.ops = &ops,
             .type = ext_volume_type(volume),
             .root = EXT2_ROOT_INO,
             .journal_dirty = volume->journal_dirty},
      .volume = volume,
  };
  copy_uuid(ext->fs.uuid, volume->library->super->s_uuid);
  copy_label(ext->fs.label, volume->library->super->s_volume_name);
  return &ext->fs;
}
