/* SPDX-License-Identifier: Apache-2.0 */
/* The two-level tables of a qcow2 image: where the bytes of its virtual disk are. */
#pragma once

#include "guest/disk/qcow2.h"
#include "guest/disk/table_cache.h"

struct qcow2_tables {
  guint32 version;
  guint32 cluster_bits;
  guint32 entry_bits; /* of the size in bytes of an L2 entry: 3, or 4 with subclusters */
  guint64 l1_offset;
  struct table_cache cache;
};

/* How the bytes of a cluster, or of a part of it, are to be had. */
enum qcow2_kind {
  QCOW2_UNALLOCATED, /* from the backing image */
  QCOW2_ZERO,
  QCOW2_DATA,
  QCOW2_COMPRESSED,
};

/* What the tables say about one cluster of the virtual disk. */
struct qcow2_cluster {
  enum qcow2_kind kind;  /* DATA too where each subcluster has a kind of its own */
  guint64 host;          /* offset in the file; 0 when the cluster has no place there */
  guint32 stream_length; /* COMPRESSED: bytes that hold the stream, and something after it */
  guint64 subclusters;   /* their bitmap, in an image that has some */
};

/* Consecutive bytes of the virtual disk that are had in one way. */
struct qcow2_run {
  enum qcow2_kind kind;
  guint64 length;
  guint64 host;                 /* DATA: offset of the first byte in the file */
  struct qcow2_cluster cluster; /* COMPRESSED */
};

/* Prepare to look up in the image that `header`, which need not live on, describes. */
void qcow2_tables_init(struct qcow2_tables *tables, int fd, guint64 file_size,
                       const struct qcow2_header *header);
void qcow2_tables_clear(struct qcow2_tables *tables);

/* Look up a cluster by its number; it must be one of the virtual disk. */
bool qcow2_tables_cluster(struct qcow2_tables *tables, guint64 number,
                          struct qcow2_cluster *ret_cluster, GError **error);

/* The run that starts at a byte of the virtual disk, `length` bytes at most. */
bool qcow2_tables_run(struct qcow2_tables *tables, guint64 offset, guint64 length,
                      struct qcow2_run *ret_run, GError **error);
