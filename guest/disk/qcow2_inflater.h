/* SPDX-License-Identifier: Apache-2.0 */
/* Compressed clusters of a qcow2 image, and the last of them decompressed. */
#pragma once

#include "guest/disk/qcow2_tables.h"

struct qcow2_inflater;

/* For clusters of `cluster_size` bytes; `compression` as a header has it: 0 zlib, 1 zstd. */
struct qcow2_inflater *qcow2_inflater_new(size_t cluster_size, guint8 compression);
void qcow2_inflater_free(struct qcow2_inflater *inflater); /* NULL is fine */

/*
 * The bytes of a compressed cluster, which stay the inflater's and live until the next call. NULL
 * with DISK_ERROR_CORRUPT when the stream is broken or ends before the cluster is full.
 */
const guint8 *qcow2_inflater_cluster(struct qcow2_inflater *inflater, int fd, guint64 file_size,
                                     const struct qcow2_cluster *cluster, GError **error);
