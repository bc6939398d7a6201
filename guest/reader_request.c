/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs as JSON, by the shape of their parts. */
#include "guest/reader_request.h"

#include "facts/image.h"
#include "guest/reader_text.h"

struct layer_request {
  char *format;
};
SHAPE_DECLARE(LayerRequest, layer_request)

struct disk_request {
  char *target, *status;
  gint64 sector_size;
  gint64 removable;
  GPtrArray *layers; /* of struct layer_request */
};
SHAPE_DECLARE(DiskRequest, disk_request)

struct guest_request {
  char *domain, *road;
  GPtrArray *disks; /* of struct disk_request */
  gint64 directory; /* whether one comes with it, before the files of the disks */
  char *idmap;
  gint64 live;
};
SHAPE_DECLARE(GuestRequest, guest_request)

static const char *const formats[] = {"raw", "qcow2", NULL};

static const struct field layer_fields[] = {
    {"format", FIELD_TEXT, offsetof(struct layer_request, format), .words = formats,
     .required = true},
    {0},
};
const struct shape layer_request_shape = {"layer", sizeof(struct layer_request), layer_fields};

#define AT(member) offsetof(struct disk_request, member)
static const struct field disk_fields[] = {
    {"target", FIELD_TEXT, AT(target), .required = true},
    {"status", FIELD_TEXT, AT(status)},
    {"sector_size", FIELD_NUMBER, AT(sector_size)},
    {"removable", FIELD_TRUTH, AT(removable)},
    {"layers", FIELD_LIST, AT(layers), .element = &layer_request_shape, .max = IMAGE_CHAIN_MAX},
    {0},
};
#undef AT
const struct shape disk_request_shape = {"disk", sizeof(struct disk_request), disk_fields};

#define AT(member) offsetof(struct guest_request, member)
static const struct field guest_fields[] = {
    {"domain", FIELD_TEXT, AT(domain), .required = true},
    {"road", FIELD_TEXT, AT(road), .required = true},
    {"disks", FIELD_LIST, AT(disks), .element = &disk_request_shape},
    {"directory", FIELD_TRUTH, AT(directory), .required = true},
    {"idmap", FIELD_TEXT, AT(idmap)},
    {"live", FIELD_TRUTH, AT(live), .required = true},
    {0},
};
#undef AT
const struct shape guest_request_shape = {"request", sizeof(struct guest_request), guest_fields};

static struct disk_request *
write_disk(const struct reader_disk *disk, int *fds, guint *count)
{
  struct disk_request *request = disk_request_new();
  bool fits =
      disk->layers->len <= READER_FILES_MAX - *count && disk->layers->len <= IMAGE_CHAIN_MAX;

  request->target = g_strdup(disk->target);
  request->sector_size = disk->sector_size;
  request->removable = disk->removable;
  request->status = g_strdup(fits ? disk->status : IMAGE_UNREADABLE);
  for (guint i = 0; fits && i < disk->layers->len; i++) {
    const struct reader_layer *layer = &g_array_index(disk->layers, struct reader_layer, i);
    struct layer_request *part = layer_request_new();

    part->format = g_strdup(layer->format);
    g_ptr_array_add(request->layers, part);
    fds[(*count)++] = layer->fd;
  }
  return request;
}

char *
reader_request_write(const struct reader_job *job, int *ret_fds, guint *ret_count)
{
  g_autoptr(GuestRequest) request = guest_request_new();
  guint count = 0;

  request->domain = g_strdup(job->domain);
  request->road = g_strdup(job->road);
  request->idmap = g_strdup(job->idmap);
  request->live = job->live;
  request->directory = job->directory >= 0;
  if (request->directory)
    ret_fds[count++] = job->directory;
  for (guint i = 0; i < job->disks->len; i++)
    g_ptr_array_add(request->disks, write_disk(job->disks->pdata[i], ret_fds, &count));
  *ret_count = count;
  return shape_to_text(&guest_request_shape, request);
}

static guint
count_files(const struct guest_request *request)
{
  guint count = request->directory == 1;

  for (guint i = 0; i < request->disks->len; i++)
    count += ((const struct disk_request *)request->disks->pdata[i])->layers->len;
  return count;
}

/* Returns the first file descriptor behind those that the disk took. */
static const int *
read_disk(struct reader_job *job, const struct disk_request *request, const int *fds)
{
  struct reader_disk *disk = reader_job_add_disk(job, request->target);

  disk->status = g_strdup(request->status);
  disk->sector_size = request->sector_size;
  disk->removable = request->removable == 1;
  for (guint i = 0; i < request->layers->len; i++) {
    const struct layer_request *layer = request->layers->pdata[i];

    reader_disk_add_layer(disk, *fds++, layer->format);
  }
  return fds;
}

struct reader_job *
reader_request_read(const char *text, gsize length, const int *fds, guint count)
{
  g_autoptr(GuestRequest) request = reader_text_read(&guest_request_shape, text, length, NULL);

  if (!request || count_files(request) != count)
    return NULL;
  struct reader_job *job = reader_job_new(request->domain, request->road);
  job->idmap = g_steal_pointer(&request->idmap);
  job->live = request->live == 1;
  if (request->directory == 1)
    job->directory = *fds++;
  for (guint i = 0; i < request->disks->len; i++)
    fds = read_disk(job, request->disks->pdata[i], fds);
  return job;
}
