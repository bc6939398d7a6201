/* SPDX-License-Identifier: Apache-2.0 */
/* Opening all that is on the disks of a domain. */
#include "guest/disk/volume.h"

#include "guest/disk/partition.h"
#include "guest/disk/seed_volume.h"

#include <string.h>

static void
volume_free(gpointer data)
{
  struct volume *volume = data;

  fs_free(volume->fs);
  fs_free(volume->seed);
  device_free(volume->slice);
  g_free(volume->name);
  g_free(volume->status);
  g_free(volume->message);
  g_free(volume);
}

static struct volume *
add_volume_to(GPtrArray *list, const struct volumes *volumes, guint disk)
{
  struct volume *volume = g_new0(struct volume, 1);

  volume->disk = disk;
  volume->name = g_strdup(volumes->disks[disk].target);
  g_ptr_array_add(list, volume);
  return volume;
}

static struct volume *
add_volume(struct volumes *volumes, guint disk)
{
  return add_volume_to(volumes->list, volumes, disk);
}

/* Messages may quote what an image says. */
void
volume_fail(struct volume *volume, const GError *error)
{
  g_free(volume->status);
  g_free(volume->message);
  volume->status = g_strdup(disk_error_status(error));
  volume->message = g_utf8_make_valid(error->message, -1);
}

static void
add_failed_disk(struct volumes *volumes, guint disk, const GError *error)
{
  const char *status = volumes->disks[disk].status;
  struct volume *volume = add_volume(volumes, disk);

  if (error)
    volume_fail(volume, error);
  else
    volume->status = g_strdup(status ? status : GUEST_NO_DISK);
}

/* Whether the reason for not opening a file system names one that seeds are made with. */
static bool
may_be_seed(const GError *error)
{
  return g_error_matches(error, DISK_ERROR, DISK_ERROR_UNSUPPORTED_FILESYSTEM) &&
         (strcmp(error->message, "vfat") == 0 || strcmp(error->message, "iso9660") == 0);
}

static void
open_fs(struct volume *volume, struct device *device)
{
  g_autoptr(GError) error = NULL;

  volume->fs = fs_open(device, &error);
  if (volume->fs)
    return;
  volume_fail(volume, error);
  if (may_be_seed(error))
    volume->seed = seed_volume_open(device);
}

/* As Linux names partitions: a number, after a "p" where the disk's name ends in a digit itself. */
static char *
partition_name(const char *target, guint number)
{
  size_t length = strlen(target);
  bool digit = length > 0 && g_ascii_isdigit(target[length - 1]);

  return g_strdup_printf("%s%s%u", target, digit ? "p" : "", number);
}

static void
add_partition(struct volumes *volumes, guint disk, struct device *device,
              const struct partition *partition)
{
  struct volume *volume = add_volume(volumes, disk);

  g_free(volume->name);
  volume->name = partition_name(volumes->disks[disk].target, partition->number);
  volume->partition = partition->number;
  g_strlcpy(volume->partuuid, partition->partuuid, sizeof(volume->partuuid));
  volume->slice = device_slice(device, partition->offset, partition->length);
  open_fs(volume, volume->slice);
}

static void
add_disk(struct volumes *volumes, guint disk, struct device *device)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) partitions = partition_list(device, volumes->table_ids[disk], &error);

  if (!partitions)
    add_failed_disk(volumes, disk, error);
  else if (partitions->len == 0)
    open_fs(add_volume(volumes, disk), device);
  for (guint i = 0; partitions && i < partitions->len && volumes->list->len < VOLUMES_MAX; i++)
    add_partition(volumes, disk, device, &g_array_index(partitions, struct partition, i));
}

/* Linux looks for no partitions there. */
static void
add_removable(struct volumes *volumes, guint disk, struct device *device)
{
  add_volume_to(volumes->removable, volumes, disk)->seed = seed_volume_open(device);
}

static void
open_disk(struct volumes *volumes, guint disk)
{
  const struct inspect_disk *source = &volumes->disks[disk];
  g_autoptr(GError) error = NULL;
  struct device *device =
      source->layer_count > 0 ? chain_open(source->layers, source->layer_count, &error) : NULL;

  if (!device) {
    if (!source->removable)
      add_failed_disk(volumes, disk, error);
    return;
  }
  device->sector_size = source->sector_size;
  g_ptr_array_add(volumes->devices, device);
  if (source->removable)
    add_removable(volumes, disk, device);
  else
    add_disk(volumes, disk, device);
}

struct volumes *
volumes_open(const struct inspect_disk *disks, guint count)
{
  struct volumes *volumes = g_new(struct volumes, 1);

  *volumes = (struct volumes){
      .disks = disks,
      .disk_count = count,
      .devices = g_ptr_array_new_with_free_func((GDestroyNotify)device_free),
      .list = g_ptr_array_new_with_free_func(volume_free),
      .removable = g_ptr_array_new_with_free_func(volume_free),
      .table_ids = g_malloc0_n(count, DISK_UUID_SIZE),
  };
  for (guint i = 0; i < count && volumes->list->len < VOLUMES_MAX; i++)
    open_disk(volumes, i);
  return volumes;
}

void
volumes_free(struct volumes *volumes)
{
  if (!volumes)
    return;
  g_ptr_array_unref(volumes->list); /* before the devices below its slices */
  g_ptr_array_unref(volumes->removable);
  g_ptr_array_unref(volumes->devices);
  g_free(volumes->table_ids);
  g_free(volumes);
}
