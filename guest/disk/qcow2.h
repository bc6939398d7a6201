/* SPDX-License-Identifier: Apache-2.0 */
/*
 * qcow2 images, versions 2 and 3, as QEMU's docs/interop/qcow2.txt describes them: header and
 * extensions, two-level tables with standard and extended entries, zero clusters, zlib and zstd
 * clusters.
 */
#pragma once

#include "guest/disk/device.h"

#define QCOW2_HEADER_MAX  ((size_t)65536) /* bytes that qcow2_header_parse() may want to see */
#define QCOW2_BACKING_MAX 1023            /* bytes of a backing file name */

/* A header, as it says itself; checked for sense, not for support. */
struct qcow2_header {
  guint32 version; /* 2, 3 */
  guint64 virtual_size;
  guint32 cluster_bits;
  guint64 l1_offset;
  guint32 l1_size; /* entries */
  guint32 snapshots;
  guint32 crypt_method; /* 0 none, 1 aes, 2 luks */
  guint64 incompatible; /* feature bits as in the specification */
  guint8 compression;   /* 0 zlib, 1 zstd */
  bool extended_l2;
  GBytes *backing_path;   /* NULL when there is none */
  char *backing_format;   /* of the header extension; NULL when there is none; UTF-8 */
  GBytes *data_file_path; /* of the header extension; NULL when there is none */
};
typedef struct qcow2_header Qcow2Header;

#define QCOW2_INCOMPATIBLE_DIRTY       ((guint64)1 << 0)
#define QCOW2_INCOMPATIBLE_CORRUPT     ((guint64)1 << 1)
#define QCOW2_INCOMPATIBLE_DATA_FILE   ((guint64)1 << 2)
#define QCOW2_INCOMPATIBLE_COMPRESSION ((guint64)1 << 3)
#define QCOW2_INCOMPATIBLE_EXTENDED_L2 ((guint64)1 << 4)
#define QCOW2_INCOMPATIBLE_KNOWN       ((guint64)0x1f)

/*
 * Read a header from the first bytes of an image: its first cluster or QCOW2_HEADER_MAX bytes,
 * whichever is less; `file_size` is the image's own. DISK_ERROR_UNSUPPORTED_FORMAT when the magic
 * or the version is another's, DISK_ERROR_CORRUPT when the header contradicts itself; `ret_header`
 * is then untouched. Unknown incompatible features are no error here: the caller sees them in
 * `incompatible`, and the tables' place and size are then unchecked, as such a feature may give
 * them another meaning. Names end at their first NUL, as QEMU reads them; an empty backing file
 * name is none.
 */
bool qcow2_header_parse(const guint8 *bytes, size_t length, guint64 file_size,
                        struct qcow2_header *ret_header, GError **error);
void qcow2_header_clear(struct qcow2_header *header);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Qcow2Header, qcow2_header_clear)

/*
 * The device that an image shows. `backing` is taken over, also on failure; NULL when the header
 * names none. `fd` stays the caller's. Refuses what it cannot read truly, each with its own code:
 * encryption, external data files, unknown incompatible features, the corrupt bit, a missing
 * backing image.
 */
struct device *qcow2_open(int fd, struct device *backing, GError **error);

/*
 * Whether the image's own tables map every cluster of the virtual disk to a place in its file.
 * Stops at the first hole, and looks at 16 MiB of tables at most; when that does not suffice, what
 * it saw decides. `header` is the image's own, as parsed. Fails as qcow2_open() does for unknown
 * features and external data files.
 */
bool qcow2_is_fully_mapped(int fd, const struct qcow2_header *header, bool *ret_fully,
                           GError **error);
