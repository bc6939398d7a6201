/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of images: the bytes that they begin or end with, and what their headers say. Headers are
 * described, never followed: nothing that one names is opened here. To add a format, add a row.
 */
#pragma once

#include "facts/image.h"
#include "guest/disk/device.h"

struct image_source {
  struct device *device; /* the bytes of the file */
  int fd;                /* the same file, for those who read tables; -1 when there is none */
};

struct image_format {
  const char *name; /* as libvirt and QEMU have it */
  gint64 magic_at;  /* bytes; negative: from the end */
  const char *magic;
  size_t magic_length;
  bool supported; /* whether the content can be read */
  /* Fill virtual_size and what else the header says. DISK_ERROR_CORRUPT if that is nonsense. */
  bool (*read)(const struct image_source *source, struct image *image, GError **error);
};

/* All but raw, which has no magic; a format may have several rows. Ended by one without a name. */
extern const struct image_format image_formats[];

/* The row whose magic the file's first bytes have; NULL when none has. */
const struct image_format *image_format_probe(struct device *device);

/* The row of a format whose magic the file has, also at its end; NULL when it has none of it. */
const struct image_format *image_format_match(struct device *device, const char *name);

/* Whether there is a row of that name. */
bool image_format_known(const char *name);

/* For the files that read one format each. */
bool image_qcow2_read(const struct image_source *source, struct image *image, GError **error);
bool image_qed_read(const struct image_source *source, struct image *image, GError **error);
bool image_vdi_read(const struct image_source *source, struct image *image, GError **error);
bool image_luks_read(const struct image_source *source, struct image *image, GError **error);
bool image_vmdk_read(const struct image_source *source, struct image *image, GError **error);
bool image_vmdk_read_text(const struct image_source *source, struct image *image, GError **error);
bool image_vpc_read(const struct image_source *source, struct image *image, GError **error);
bool image_vhdx_read(const struct image_source *source, struct image *image, GError **error);

/* Set a virtual size; false with DISK_ERROR_CORRUPT when no disk is that large. */
bool image_format_set_size(struct image *image, guint64 size, GError **error);

/* Set DISK_ERROR_CORRUPT: "FORMAT header: FAULT"; returns false. */
bool image_format_fault(GError **error, const char *format, const char *fault);
