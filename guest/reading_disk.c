/* SPDX-License-Identifier: Apache-2.0 */
/* The road through the images of a guest's disks. */
#include "guest/disk/inspect.h"
#include "guest/reading.h"
#include "guest/twice.h"

static GArray *
layers_of(const struct reader_disk *disk)
{
  GArray *layers = g_array_new(FALSE, FALSE, sizeof(struct layer));

  for (guint i = 0; i < disk->layers->len; i++) {
    const struct reader_layer *layer = &g_array_index(disk->layers, struct reader_layer, i);
    struct layer opened = {layer->fd, layer->format};

    g_array_append_val(layers, opened);
  }
  return layers;
}

static struct guest *
read_once(const struct reader_job *job)
{
  g_autofree struct inspect_disk *disks = g_new0(struct inspect_disk, job->disks->len);
  g_autoptr(GPtrArray) layers = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
  struct guest *guest = reading_guest_new(job);

  for (guint i = 0; i < job->disks->len; i++) {
    const struct reader_disk *disk = job->disks->pdata[i];
    GArray *disk_layers = layers_of(disk);

    g_ptr_array_add(layers, disk_layers);
    disks[i] = (struct inspect_disk){
        .target = disk->target,
        .layers = (const struct layer *)disk_layers->data,
        .layer_count = disk_layers->len,
        .sector_size = disk->sector_size == FACT_UNKNOWN ? 0 : (guint32)disk->sector_size,
        .status = disk->status,
        .removable = disk->removable,
    };
  }
  const struct inspect_sink sink = {reading_collect, reading_seed, guest};
  inspect_disks(disks, job->disks->len, guest, &sink);
  reading_end(guest);
  return guest;
}

struct guest *
reading_disk(const struct reader_job *job)
{
  return job->live ? twice_read(read_once, job) : read_once(job);
}
