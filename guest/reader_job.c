/* SPDX-License-Identifier: Apache-2.0 */
/* A guest to be read: its disks, and the open files of their images. */
#include "guest/reader_job.h"

#include "guest/reader.h"

#include <unistd.h>

G_DEFINE_QUARK(reader_error, reader_error)

static void
layer_clear(gpointer data)
{
  struct reader_layer *layer = data;

  if (layer->fd >= 0)
    close(layer->fd);
  g_free(layer->format);
}

static void
disk_free(gpointer data)
{
  struct reader_disk *disk = data;

  g_free(disk->target);
  g_free(disk->status);
  g_array_unref(disk->layers);
  g_free(disk);
}

struct reader_job *
reader_job_new(const char *domain, const char *road)
{
  struct reader_job *job = g_new0(struct reader_job, 1);

  job->domain = g_strdup(domain);
  job->road = g_strdup(road);
  job->disks = g_ptr_array_new_with_free_func(disk_free);
  job->directory = -1;
  return job;
}

struct reader_disk *
reader_job_add_disk(struct reader_job *job, const char *target)
{
  struct reader_disk *disk = g_new0(struct reader_disk, 1);

  disk->target = g_strdup(target);
  disk->sector_size = FACT_UNKNOWN;
  disk->layers = g_array_new(FALSE, FALSE, sizeof(struct reader_layer));
  g_array_set_clear_func(disk->layers, layer_clear);
  g_ptr_array_add(job->disks, disk);
  return disk;
}

void
reader_disk_add_layer(struct reader_disk *disk, int fd, const char *format)
{
  struct reader_layer layer = {.fd = fd, .format = g_strdup(format)};

  g_array_append_val(disk->layers, layer);
}

void
reader_disk_drop_layers(struct reader_disk *disk)
{
  g_array_set_size(disk->layers, 0);
}

static void
see_layer(struct reader_layer *layer)
{
  if (fstat(layer->fd, &layer->seen) < 0)
    layer->seen = (struct stat){0};
}

void
reader_job_see(struct reader_job *job)
{
  for (guint i = 0; i < job->disks->len; i++) {
    const struct reader_disk *disk = job->disks->pdata[i];

    for (guint j = 0; j < disk->layers->len; j++)
      see_layer(&g_array_index(disk->layers, struct reader_layer, j));
  }
}

static bool
layer_was_written(const struct reader_layer *layer)
{
  struct stat now;

  return fstat(layer->fd, &now) < 0 || now.st_size != layer->seen.st_size ||
         now.st_mtim.tv_sec != layer->seen.st_mtim.tv_sec ||
         now.st_mtim.tv_nsec != layer->seen.st_mtim.tv_nsec;
}

bool
reader_job_was_written(const struct reader_job *job)
{
  bool written = false;

  for (guint i = 0; i < job->disks->len && !written; i++) {
    const struct reader_disk *disk = job->disks->pdata[i];

    for (guint j = 0; !disk->removable && j < disk->layers->len && !written; j++)
      written = layer_was_written(&g_array_index(disk->layers, struct reader_layer, j));
  }
  return written;
}

void
reader_job_free(struct reader_job *job)
{
  if (!job)
    return;
  g_free(job->domain);
  g_free(job->road);
  g_free(job->idmap);
  if (job->directory >= 0)
    close(job->directory);
  g_ptr_array_unref(job->disks);
  g_free(job);
}
