/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the tables of a qcow2 image leave holes in its virtual disk. */
#include "guest/disk/descriptor.h"
#include "guest/disk/qcow2_tables.h"

/*
 * 16 MiB of tables, counted both in entries and in what is read for them: many entries may share a
 * table, and small tables may each need a page of their own.
 */
#define ENTRIES_MAX ((guint64)2 << 20)
#define PAGES_MAX   ((guint64)4096)

/* Only known features and data of its own let the tables be understood. */
static bool
check_tables(const struct qcow2_header *header, GError **error)
{
  if (header->incompatible & ~QCOW2_INCOMPATIBLE_KNOWN) {
    g_set_error(error, DISK_ERROR, DISK_ERROR_UNKNOWN_FEATURE, "tables of an unknown kind");
    return false;
  }
  if (header->incompatible & QCOW2_INCOMPATIBLE_DATA_FILE) {
    g_set_error(error, DISK_ERROR, DISK_ERROR_EXTERNAL_DATA_FILE, "tables of another file's data");
    return false;
  }
  return true;
}

static bool
find_hole(struct qcow2_tables *tables, guint64 clusters, bool *ret_hole, GError **error)
{
  bool hole = false;

  for (guint64 i = 0; i < clusters && !hole && tables->cache.pages_read < PAGES_MAX; i++) {
    struct qcow2_cluster cluster;
    if (!qcow2_tables_cluster(tables, i, &cluster, error))
      return false;
    hole = cluster.host == 0;
  }
  *ret_hole = hole;
  return true;
}

bool
qcow2_is_fully_mapped(int fd, const struct qcow2_header *header, bool *ret_fully, GError **error)
{
  guint64 cluster_size = (guint64)1 << header->cluster_bits;
  guint64 clusters =
      header->virtual_size / cluster_size + (header->virtual_size % cluster_size != 0);
  struct qcow2_tables tables;
  guint64 file_size;
  bool hole;

  if (!check_tables(header, error) || !descriptor_size(fd, &file_size, error))
    return false;
  qcow2_tables_init(&tables, fd, file_size, header);
  bool known = find_hole(&tables, MIN(clusters, ENTRIES_MAX), &hole, error);
  qcow2_tables_clear(&tables);
  if (known)
    *ret_fully = !hole;
  return known;
}
