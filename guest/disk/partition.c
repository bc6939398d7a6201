/* SPDX-License-Identifier: Apache-2.0 */
/* Partition tables: which kind a device has, and its partitions. */
#include "guest/disk/partition.h"

#include "guest/disk/gpt.h"
#include "guest/disk/mbr.h"

GArray *
partition_list(struct device *device, char *ret_id, GError **error)
{
  g_autoptr(GArray) partitions = g_array_new(FALSE, FALSE, sizeof(struct partition));
  guint8 sector[MBR_SIZE];
  char id[DISK_UUID_SIZE] = "";

  if (ret_id)
    *ret_id = '\0';

  if (device->size < sizeof(sector))
    return g_steal_pointer(&partitions);
  if (!device_read(device, sector, sizeof(sector), 0, error))
    return NULL;
  if (!mbr_is_table(sector))
    return g_steal_pointer(&partitions);
  /* Linux believes a GPT only behind a protective MBR, and then nothing else of that. */
  bool listed = mbr_is_protective(sector) ? gpt_list(device, partitions, id, error)
                                          : mbr_list(device, sector, partitions, id, error);
  if (!listed)
    return NULL;
  if (ret_id)
    g_strlcpy(ret_id, id, DISK_UUID_SIZE);
  return g_steal_pointer(&partitions);
}
