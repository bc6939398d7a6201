/* SPDX-License-Identifier: Apache-2.0 */
/* An ISO 9660 file system as a struct fs. An inode is where a file's directory record is. */
#include "guest/disk/iso.h"

#include "guest/disk/iso_name.h"
#include "guest/disk/iso_rock_ridge.h"
#include "guest/disk/listed_fs.h"

#include <sys/stat.h>

#define DIRECTORY_MAX ((guint32)4 << 20) /* bytes: some 40,000 entries */

struct iso {
  struct listed_fs listed;
  struct iso_volume volume;
};

static const struct iso_volume *
volume_of(struct fs *fs)
{
  return &((struct iso *)fs)->volume;
}

struct walk {
  const struct iso_volume *volume;
  listed_found found;
  gpointer data;
  bool over;
};

static bool
take_record(struct walk *walk, const struct iso_record *record, GError **error)
{
  g_autofree char *name = NULL;

  if (iso_record_is_dot(record) || iso_record_flags(record) & ISO_FLAG_ASSOCIATED)
    return true;
  if (!iso_name_read(walk->volume, record, &name, error))
    return false;
  if (name && listed_fs_is_name(name))
    walk->over = !walk->found(name, record->at, walk->data);
  return true;
}

static bool
walk_records(struct walk *walk, guint64 at, guint64 end, GError **error)
{
  struct iso_record record;

  while (!walk->over && at < end) {
    if (!iso_record_read(walk->volume, at, &record, error) ||
        (record.length > 0 && !take_record(walk, &record, error)))
      return false;
    at += record.length > 0 ? record.length : ISO_SECTOR_SIZE - at % ISO_SECTOR_SIZE;
  }
  return true;
}

static bool
fail(GError **error, enum disk_error code, const char *fault)
{
  g_set_error(error, DISK_ERROR, (gint)code, "ISO 9660: %s", fault);
  return false;
}

static bool
iso_walk(struct listed_fs *fs, guint64 directory, listed_found found, gpointer data, GError **error)
{
  struct walk walk = {.volume = volume_of(&fs->fs), .found = found, .data = data};
  struct iso_record record;

  if (!iso_record_read(walk.volume, directory, &record, error))
    return false;
  if (!(iso_record_flags(&record) & ISO_FLAG_DIRECTORY))
    return fail(error, DISK_ERROR_NOT_DIRECTORY, "it is no directory");
  if (iso_record_size(&record) > DIRECTORY_MAX)
    return fail(error, DISK_ERROR_CORRUPT, "a directory is too long");
  guint64 start = iso_record_data_at(&record);
  return walk_records(&walk, start, start + iso_record_size(&record), error);
}

static enum file_type
type_of(const struct iso_record *record, guint32 mode)
{
  if (iso_record_flags(record) & ISO_FLAG_DIRECTORY)
    return FILE_DIRECTORY;
  return mode == 0 || S_ISREG(mode) ? FILE_REGULAR : FILE_OTHER;
}

static bool
read_mode(const struct iso_volume *volume, const struct iso_record *record, guint32 *ret_mode,
          GError **error)
{
  struct iso_rock_ridge extension = {0};

  if (volume->names == ISO_NAMES_ROCK_RIDGE &&
      !iso_rock_ridge_read(volume, record, &extension, error))
    return false;
  if (extension.name)
    g_string_free(extension.name, TRUE);
  *ret_mode = extension.mode;
  return true;
}

static bool
iso_stat(struct fs *fs, guint64 inode, struct file_stat *ret_stat, GError **error)
{
  struct iso_record record;
  guint32 mode;

  if (!iso_record_read(volume_of(fs), inode, &record, error) ||
      !read_mode(volume_of(fs), &record, &mode, error))
    return false;
  *ret_stat = (struct file_stat){
      .type = type_of(&record, mode),
      .mode = mode != 0 ? mode & 07777 : 0555,
      .link_count = 1,
      .size = iso_record_size(&record),
      .inode = inode,
  };
  return true;
}

static GBytes *
read_extent(struct device *device, const struct iso_record *record, size_t max, GError **error)
{
  size_t length = MIN(iso_record_size(record), max);
  guint64 at = iso_record_data_at(record);

  if (!device_covers(device, at, length)) {
    fail(error, DISK_ERROR_CORRUPT, "a file leaves the device");
    return NULL;
  }
  g_autofree guint8 *bytes = g_malloc(length + 1);
  if (!device_read(device, bytes, length, at, error))
    return NULL;
  return g_bytes_new_take(g_steal_pointer(&bytes), length);
}

static GBytes *
iso_read(struct fs *fs, guint64 inode, size_t max, GError **error)
{
  const struct iso_volume *volume = volume_of(fs);
  struct iso_record record;
  struct file_stat stat;

  if (!iso_stat(fs, inode, &stat, error) || !iso_record_read(volume, inode, &record, error))
    return NULL;
  if (stat.type != FILE_REGULAR)
    fail(error, DISK_ERROR_NOT_REGULAR, "it is no regular file");
  else if (iso_record_flags(&record) & ISO_FLAG_MORE)
    fail(error, DISK_ERROR_UNKNOWN_FEATURE, "a file in several extents");
  else
    return read_extent(volume->device, &record, max, error);
  return NULL;
}

static void
iso_free(struct fs *fs)
{
  g_free(fs);
}

struct fs *
iso_open(struct device *device, GError **error)
{
  static const struct fs_ops ops = {listed_fs_lookup,   iso_stat,       iso_read,
                                    listed_fs_readlink, listed_fs_list, iso_free};
  struct iso_volume volume;

  if (!iso_volume_open(device, &volume, error) || !iso_volume_choose_names(&volume, error))
    return NULL;
  struct iso *iso = g_new(struct iso, 1);
  *iso = (struct iso){
      .listed = {.fs = {.ops = &ops, .type = "iso9660", .root = volume.root_at},
                 .ignore_case = volume.names == ISO_NAMES_JOLIET, /* as Linux has it */
                 .walk = iso_walk},
      .volume = volume,
  };
  g_autofree char *valid = g_utf8_make_valid(volume.label, -1);
  g_strlcpy(iso->listed.fs.label, valid, FS_LABEL_SIZE);
  return &iso->listed.fs;
}
