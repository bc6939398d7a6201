/* SPDX-License-Identifier: Apache-2.0 */
/* A chain of images as one device: the layers of a disk, each in its declared format. */
#pragma once

#include "guest/disk/device.h"

/* One image of a chain. */
struct layer {
  int fd;             /* open for reading; stays the caller's */
  const char *format; /* "raw" or "qcow2", as declared; never guessed */
};

/*
 * The device that a chain of images, one at least, shows; top image first. A backing image shorter
 * than the image above it reads as zeros beyond its end. NULL with DISK_ERROR_UNSUPPORTED_FORMAT
 * for another format, DISK_ERROR_BACKING_MISSING when the last image's header names a backing
 * image, or any error of a header.
 */
struct device *chain_open(const struct layer *layers, guint count, GError **error);
