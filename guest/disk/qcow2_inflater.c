/* SPDX-License-Identifier: Apache-2.0 */
/* Compressed clusters of a qcow2 image: raw deflate streams, or zstd frames. */
#include "guest/disk/qcow2_inflater.h"

#include "guest/disk/descriptor.h"

#include <zlib.h>
#include <zstd.h>

#define DEFLATE_WINDOW_BITS (-12) /* raw, without a zlib header, in windows of 4 KiB */
#define ZSTD_WINDOW_BITS    23    /* far above any cluster: a frame that wants more is a bomb */

struct qcow2_inflater {
  size_t cluster_size;
  guint64 host; /* of the cluster that `cluster` holds; 0: none */
  guint8 *cluster;
  guint8 *stream; /* compressed bytes: at most two clusters, as sectors are counted */
  const struct method *method;
  z_stream deflate;
  ZSTD_DCtx *zstd;
};

/* A way of compression. `fill` decompresses `stream` until `cluster` is full. */
struct method {
  void (*start)(struct qcow2_inflater *inflater);
  bool (*fill)(struct qcow2_inflater *inflater, size_t stream_length);
  void (*end)(struct qcow2_inflater *inflater);
};

static void
deflate_start(struct qcow2_inflater *inflater)
{
  int result = inflateInit2(&inflater->deflate, DEFLATE_WINDOW_BITS);

  if (result != Z_OK)
    g_error("zlib cannot start: %s", zError(result));
}

/* Bytes after the stream belong to another cluster, and a full cluster is enough: see qcow2.txt. */
static bool
deflate_fill(struct qcow2_inflater *inflater, size_t stream_length)
{
  z_stream *deflate = &inflater->deflate;

  inflateReset(deflate);
  deflate->next_in = inflater->stream;
  deflate->avail_in = (uInt)stream_length;
  deflate->next_out = inflater->cluster;
  deflate->avail_out = (uInt)inflater->cluster_size;
  int result = inflate(deflate, Z_FINISH);
  return (result == Z_STREAM_END || result == Z_BUF_ERROR) && deflate->avail_out == 0;
}

static void
deflate_end(struct qcow2_inflater *inflater)
{
  inflateEnd(&inflater->deflate);
}

static void
zstd_start(struct qcow2_inflater *inflater)
{
  inflater->zstd = ZSTD_createDCtx();
  if (!inflater->zstd)
    g_error("zstd cannot start");
  ZSTD_DCtx_setParameter(inflater->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_BITS);
}

/* A cluster may be several frames; each call makes progress or fails, and an empty call ends it. */
static bool
zstd_fill(struct qcow2_inflater *inflater, size_t stream_length)
{
  ZSTD_inBuffer in = {inflater->stream, stream_length, 0};
  ZSTD_outBuffer out = {inflater->cluster, inflater->cluster_size, 0};

  ZSTD_DCtx_reset(inflater->zstd, ZSTD_reset_session_only);
  while (out.pos < out.size) {
    size_t done = in.pos + out.pos;
    size_t result = ZSTD_decompressStream(inflater->zstd, &out, &in);
    if (ZSTD_isError(result) || in.pos + out.pos == done)
      return false;
  }
  return true;
}

static void
zstd_end(struct qcow2_inflater *inflater)
{
  ZSTD_freeDCtx(inflater->zstd);
}

static const struct method methods[] = {
    {deflate_start, deflate_fill, deflate_end},
    {zstd_start, zstd_fill, zstd_end},
};

struct qcow2_inflater *
qcow2_inflater_new(size_t cluster_size, guint8 compression)
{
  struct qcow2_inflater *inflater = g_new0(struct qcow2_inflater, 1);

  g_assert(compression < G_N_ELEMENTS(methods));
  inflater->cluster_size = cluster_size;
  inflater->cluster = g_malloc(cluster_size);
  inflater->stream = g_malloc(2 * cluster_size);
  inflater->method = &methods[compression];
  inflater->method->start(inflater);
  return inflater;
}

void
qcow2_inflater_free(struct qcow2_inflater *inflater)
{
  if (!inflater)
    return;
  inflater->method->end(inflater);
  g_free(inflater->stream);
  g_free(inflater->cluster);
  g_free(inflater);
}

const guint8 *
qcow2_inflater_cluster(struct qcow2_inflater *inflater, int fd, guint64 file_size,
                       const struct qcow2_cluster *cluster, GError **error)
{
  /* The last sector of a stream may be cut by the end of the file. */
  size_t length = MIN(cluster->stream_length, file_size - cluster->host);

  if (inflater->host == cluster->host)
    return inflater->cluster;
  inflater->host = 0;
  if (!descriptor_read(fd, inflater->stream, length, cluster->host, error))
    return NULL;
  if (!inflater->method->fill(inflater, length)) {
    g_set_error(error, DISK_ERROR, DISK_ERROR_CORRUPT,
                "the compressed cluster at %#" G_GINT64_MODIFIER "x is broken", cluster->host);
    return NULL;
  }
  inflater->host = cluster->host;
  return inflater->cluster;
}
