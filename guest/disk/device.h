/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A device: numbered bytes that can be read, and not written, whatever lies below. An image, a
 * chain of images and a partition are devices; partition tables and file systems are read from one.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Why a device, a partition table, a file system or a file could not be read. Every code has a
 * status word of facts/guest.h or facts/image.h: disk_error_status().
 */
#define DISK_ERROR (disk_error_quark())
GQuark disk_error_quark(void);
enum disk_error {
  DISK_ERROR_IO,      /* the file below gave an error, or ended */
  DISK_ERROR_CORRUPT, /* a structure contradicts itself, its format or its size */
  DISK_ERROR_ENCRYPTED,
  DISK_ERROR_EXTERNAL_DATA_FILE,
  DISK_ERROR_UNKNOWN_FEATURE,
  DISK_ERROR_BACKING_MISSING, /* the header names a backing image, and none was given */
  DISK_ERROR_UNSUPPORTED_FORMAT,
  DISK_ERROR_UNSUPPORTED_FILESYSTEM,
  DISK_ERROR_NOT_FOUND,
  DISK_ERROR_NOT_DIRECTORY,
  DISK_ERROR_NOT_REGULAR,
  DISK_ERROR_NOT_LINK,
  DISK_ERROR_LINK_LOOP, /* more than 40 links on the way */
};

/* The status word of an error of DISK_ERROR; of any other error, "unreadable". */
const char *disk_error_status(const GError *error);

#define DISK_UUID_SIZE 37 /* a UUID as text, and its NUL */

struct device;

struct device_ops {
  bool (*read)(struct device *device, void *buffer, size_t length, guint64 offset, GError **error);
  void (*free)(struct device *device);
};

/* The first member of every kind of device. */
struct device {
  const struct device_ops *ops;
  guint64 size;        /* bytes, at most G_MAXINT64 */
  guint32 sector_size; /* bytes by which an MBR on it counts; 0: 512 */
};
typedef struct device Device;

/* Whether a range lies in the device altogether; no sum of the two can overflow here. */
bool device_covers(const struct device *device, guint64 offset, guint64 length);

/*
 * Read exactly `length` bytes at `offset`. A range that leaves the device is DISK_ERROR_CORRUPT:
 * whoever asks was told so by a table that lies.
 */
bool device_read(struct device *device, void *buffer, size_t length, guint64 offset,
                 GError **error);

void device_free(struct device *device); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Device, device_free)

/*
 * A part of another device, which stays the caller's and must live longer. A part that leaves its
 * parent is cut at the parent's end.
 */
struct device *device_slice(struct device *parent, guint64 offset, guint64 length);
