/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two-level tables of a qcow2 image. Reserved bits are passed over, as QEMU does; offsets that
 * are not where the format wants them are corrupt.
 */
#include "guest/disk/qcow2_tables.h"

/* Bits 9 to 55 of both tables' entries. */
#define OFFSET_MASK     G_GUINT64_CONSTANT(0x00fffffffffffe00)
#define FLAG_COMPRESSED ((guint64)1 << 62)
#define FLAG_ZERO       ((guint64)1 << 0)
#define SECTOR_SIZE     512
#define SUBCLUSTER_BITS 5 /* 32 in a cluster */

void
qcow2_tables_init(struct qcow2_tables *tables, int fd, guint64 file_size,
                  const struct qcow2_header *header)
{
  *tables = (struct qcow2_tables){
      .version = header->version,
      .cluster_bits = header->cluster_bits,
      .entry_bits = header->extended_l2 ? 4 : 3,
      .l1_offset = header->l1_offset,
      .cache = {.fd = fd, .file_size = file_size},
  };
}

void
qcow2_tables_clear(struct qcow2_tables *tables)
{
  table_cache_clear(&tables->cache);
}

/* Whether a cluster can begin at this offset. The file may end in a cluster, never before one. */
static bool
check_place(const struct qcow2_tables *tables, guint64 host, const char *what, GError **error)
{
  guint64 cluster_size = (guint64)1 << tables->cluster_bits;

  if (host % cluster_size == 0 && host < tables->cache.file_size)
    return true;
  g_set_error(error, DISK_ERROR, DISK_ERROR_CORRUPT,
              "%s at %#" G_GINT64_MODIFIER "x is not aligned to a cluster, or leaves the file",
              what, host);
  return false;
}

static bool
parse_compressed(const struct qcow2_tables *tables, guint64 entry, struct qcow2_cluster *cluster,
                 GError **error)
{
  guint32 offset_bits = 62 - (tables->cluster_bits - 8);
  guint64 sectors_mask = ((guint64)1 << (tables->cluster_bits - 8)) - 1;
  guint64 host = entry & (((guint64)1 << offset_bits) - 1);
  guint64 sectors = 1 + ((entry >> offset_bits) & sectors_mask);

  if (host == 0 || host >= tables->cache.file_size) {
    g_set_error(error, DISK_ERROR, DISK_ERROR_CORRUPT,
                "a compressed cluster at %#" G_GINT64_MODIFIER "x leaves the file", host);
    return false;
  }
  *cluster = (struct qcow2_cluster){
      .kind = QCOW2_COMPRESSED,
      .host = host,
      .stream_length = (guint32)(sectors * SECTOR_SIZE - host % SECTOR_SIZE),
  };
  return true;
}

static bool
parse_standard(const struct qcow2_tables *tables, guint64 entry, struct qcow2_cluster *cluster,
               GError **error)
{
  guint64 host = entry & OFFSET_MASK;
  bool zero = entry & FLAG_ZERO;

  if (zero && tables->version < 3) {
    g_set_error(error, DISK_ERROR, DISK_ERROR_CORRUPT, "a zero cluster in an image of version 2");
    return false;
  }
  if (host > 0 && !check_place(tables, host, "a cluster", error))
    return false;
  *cluster = (struct qcow2_cluster){
      .kind = zero       ? QCOW2_ZERO
              : host > 0 ? QCOW2_DATA
                         : QCOW2_UNALLOCATED,
      .host = host,
  };
  return true;
}

/* With subclusters the flag for zeros has no meaning, and the bitmap says all. */
static bool
parse_extended(const struct qcow2_tables *tables, guint64 entry, guint64 bitmap,
               struct qcow2_cluster *cluster, GError **error)
{
  guint32 allocated = (guint32)bitmap;
  guint32 zeros = (guint32)(bitmap >> 32);

  if (!parse_standard(tables, entry & ~FLAG_ZERO, cluster, error))
    return false;
  if ((allocated & zeros) || (allocated && cluster->host == 0)) {
    g_set_error(error, DISK_ERROR, DISK_ERROR_CORRUPT, "subclusters contradict each other");
    return false;
  }
  cluster->kind = QCOW2_DATA;
  cluster->subclusters = bitmap;
  return true;
}

static bool
read_entry(struct qcow2_tables *tables, guint64 offset, struct qcow2_cluster *cluster,
           GError **error)
{
  guint64 entry, bitmap;

  if (!table_cache_entry(&tables->cache, offset, &entry, error))
    return false;
  if (entry & FLAG_COMPRESSED)
    return parse_compressed(tables, entry, cluster, error);
  if (tables->entry_bits == 3)
    return parse_standard(tables, entry, cluster, error);
  return table_cache_entry(&tables->cache, offset + 8, &bitmap, error) &&
         parse_extended(tables, entry, bitmap, cluster, error);
}

bool
qcow2_tables_cluster(struct qcow2_tables *tables, guint64 number, struct qcow2_cluster *ret_cluster,
                     GError **error)
{
  guint32 index_bits = tables->cluster_bits - tables->entry_bits;
  guint64 index = number % ((guint64)1 << index_bits);
  guint64 l1_entry;

  if (!table_cache_entry(&tables->cache, tables->l1_offset + (number >> index_bits) * 8, &l1_entry,
                         error))
    return false;
  guint64 l2_offset = l1_entry & OFFSET_MASK;
  if (l2_offset == 0) {
    *ret_cluster = (struct qcow2_cluster){.kind = QCOW2_UNALLOCATED};
    return true;
  }
  return check_place(tables, l2_offset, "an L2 table", error) &&
         read_entry(tables, l2_offset + (index << tables->entry_bits), ret_cluster, error);
}

static enum qcow2_kind
subcluster_kind(guint64 bitmap, guint index)
{
  if (bitmap >> (32 + index) & 1)
    return QCOW2_ZERO;
  return bitmap >> index & 1 ? QCOW2_DATA : QCOW2_UNALLOCATED;
}

/* The part of a cluster, from byte `start` of it on, whose subclusters are all of one kind. */
static void
run_of_subclusters(const struct qcow2_tables *tables, const struct qcow2_cluster *cluster,
                   guint64 start, struct qcow2_run *run)
{
  guint32 subcluster_bits = tables->cluster_bits - SUBCLUSTER_BITS;
  guint index = (guint)(start >> subcluster_bits);

  run->kind = subcluster_kind(cluster->subclusters, index);
  do
    index++;
  while (index < 1 << SUBCLUSTER_BITS && subcluster_kind(cluster->subclusters, index) == run->kind);
  run->length = ((guint64)index << subcluster_bits) - start;
}

/* The run that starts at a byte and ends with its cluster at the latest. */
static bool
run_in_cluster(struct qcow2_tables *tables, guint64 offset, struct qcow2_run *run, GError **error)
{
  guint64 cluster_size = (guint64)1 << tables->cluster_bits;
  guint64 start = offset % cluster_size;
  struct qcow2_cluster cluster;

  if (!qcow2_tables_cluster(tables, offset >> tables->cluster_bits, &cluster, error))
    return false;
  *run = (struct qcow2_run){
      .kind = cluster.kind,
      .length = cluster_size - start,
      .host = cluster.host + start,
      .cluster = cluster,
  };
  if (cluster.kind == QCOW2_DATA && tables->entry_bits == 4)
    run_of_subclusters(tables, &cluster, start, run);
  return true;
}

/* Whether what comes right after `run` is more of the same. */
static bool
continues(const struct qcow2_run *run, const struct qcow2_run *next)
{
  return run->kind == next->kind && run->kind != QCOW2_COMPRESSED &&
         (run->kind != QCOW2_DATA || run->host + run->length == next->host);
}

bool
qcow2_tables_run(struct qcow2_tables *tables, guint64 offset, guint64 length,
                 struct qcow2_run *ret_run, GError **error)
{
  struct qcow2_run run, next;

  if (!run_in_cluster(tables, offset, &run, error))
    return false;
  while (run.length < length) {
    if (!run_in_cluster(tables, offset + run.length, &next, error))
      return false;
    if (!continues(&run, &next))
      break;
    run.length += next.length;
  }
  run.length = MIN(run.length, length);
  *ret_run = run;
  return true;
}
