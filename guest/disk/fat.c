/* SPDX-License-Identifier: Apache-2.0 */
/* A FAT file system as a struct fs. */
#include "guest/disk/fat.h"

#include "guest/disk/fat_directory.h"
#include "guest/disk/fat_volume.h"

struct fat {
  struct listed_fs listed;
  struct fat_volume volume;
};

static const struct fat_volume *
volume_of(struct fs *fs)
{
  return &((struct fat *)fs)->volume;
}

static bool
fat_walk(struct listed_fs *fs, guint64 directory, listed_found found, gpointer data, GError **error)
{
  return fat_directory_walk(volume_of(&fs->fs), directory, NULL, found, data, error);
}

/* As Linux shows it where nothing else is asked for. */
static bool
fat_stat(struct fs *fs, guint64 inode, struct file_stat *ret_stat, GError **error)
{
  struct fat_entry entry;

  if (!fat_directory_entry(volume_of(fs), inode, &entry, error))
    return false;
  *ret_stat = (struct file_stat){
      .type = entry.is_directory ? FILE_DIRECTORY : FILE_REGULAR,
      .mode = 0755,
      .link_count = 1,
      .size = entry.size,
      .inode = inode,
  };
  return true;
}

/* No chain is followed further than the file is long: one that leads in circles ends, too. */
static bool
read_clusters(const struct fat_volume *volume, guint32 cluster, guint8 *bytes, size_t length,
              GError **error)
{
  while (length > 0) {
    size_t step = MIN(length, volume->cluster_size);

    if (!fat_volume_has(volume, cluster)) {
      g_set_error_literal(error, DISK_ERROR, DISK_ERROR_CORRUPT,
                          "FAT: a file is longer than its clusters");
      return false;
    }
    if (!device_read(volume->device, bytes, step, fat_volume_cluster_at(volume, cluster), error))
      return false;
    bytes += step;
    length -= step;
    if (length > 0 && !fat_volume_next(volume, &cluster, error))
      return false;
  }
  return true;
}

static GBytes *
fat_read(struct fs *fs, guint64 inode, size_t max, GError **error)
{
  struct fat_entry entry;

  if (!fat_directory_entry(volume_of(fs), inode, &entry, error))
    return NULL;
  if (entry.is_directory) {
    g_set_error_literal(error, DISK_ERROR, DISK_ERROR_NOT_REGULAR, "FAT: it is a directory");
    return NULL;
  }
  size_t length = MIN(entry.size, max);
  g_autofree guint8 *bytes = g_malloc(length + 1);
  if (!read_clusters(volume_of(fs), entry.cluster, bytes, length, error))
    return NULL;
  return g_bytes_new_take(g_steal_pointer(&bytes), length);
}

static void
fat_free(struct fs *fs)
{
  g_free(fs);
}

static bool
pass_over(G_GNUC_UNUSED const char *name, G_GNUC_UNUSED guint64 inode, G_GNUC_UNUSED gpointer data)
{
  return true;
}

static bool
copy_label(struct fat *fat, GError **error)
{
  char label[12];

  if (!fat_directory_walk(&fat->volume, FAT_ROOT, label, pass_over, NULL, error))
    return false;
  g_autofree char *valid = g_utf8_make_valid(*label ? label : fat->volume.label, -1);
  g_strlcpy(fat->listed.fs.label, valid, FS_LABEL_SIZE);
  return true;
}

struct fs *
fat_open(struct device *device, GError **error)
{
  static const struct fs_ops ops = {listed_fs_lookup,   fat_stat,       fat_read,
                                    listed_fs_readlink, listed_fs_list, fat_free};
  struct fat_volume volume;

  if (!fat_volume_open(device, &volume, error))
    return NULL;
  g_autofree struct fat *fat = g_new(struct fat, 1);
  *fat = (struct fat){
      .listed = {.fs = {.ops = &ops, .type = "vfat", .root = FAT_ROOT},
                 .ignore_case = true,
                 .walk = fat_walk},
      .volume = volume,
  };
  return copy_label(fat, error) ? &g_steal_pointer(&fat)->listed.fs : NULL;
}
