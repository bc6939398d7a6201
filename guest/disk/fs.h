/* SPDX-License-Identifier: Apache-2.0 */
/* A file system on a device: files by inode. Paths and links are guest/disk/tree.h's business. */
#pragma once

#include "guest/disk/device.h"
#include "guest/road.h"

struct fs;

struct fs_ops {
  bool (*lookup)(struct fs *fs, guint64 directory, const char *name, guint64 *ret_inode,
                 GError **error);
  /* `device` is left 0: only who knows all the file systems can number them. */
  bool (*stat)(struct fs *fs, guint64 inode, struct file_stat *ret_stat, GError **error);
  /* At most `max` bytes of a regular file. */
  GBytes *(*read)(struct fs *fs, guint64 inode, size_t max, GError **error);
  GBytes *(*readlink)(struct fs *fs, guint64 inode, GError **error);
  /* Names of a directory's entries without "." and "..", at most `max`, in no order. */
  GPtrArray *(*list)(struct fs *fs, guint64 directory, size_t max, GError **error);
  void (*free)(struct fs *fs);
};

#define FS_LABEL_SIZE 64

/* The first member of every kind of file system. */
struct fs {
  const struct fs_ops *ops;
  const char *type;          /* "ext2", "ext3", "ext4" */
  guint64 root;              /* inode */
  char uuid[DISK_UUID_SIZE]; /* lower case, dashed; empty when there is none */
  char label[FS_LABEL_SIZE]; /* UTF-8, cut; empty when there is none */
  bool journal_dirty;
};
typedef struct fs Fs;

void fs_free(struct fs *fs); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fs, fs_free)

/*
 * The file system on a device, which stays the caller's and must live longer.
 * DISK_ERROR_UNSUPPORTED_FILESYSTEM, with blkid's name for it as the message, for one that is known
 * and cannot be read, DISK_ERROR_ENCRYPTED likewise; DISK_ERROR_NOT_FOUND when no magic is known.
 */
struct fs *fs_open(struct device *device, GError **error);
