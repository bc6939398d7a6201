/* SPDX-License-Identifier: Apache-2.0 */
/* From a domain to the job of a reader of its disks. */
#include "cmd/survey/survey_domain.h"

#include "hypervisor/image_lock.h"

#include <errno.h>
#include <string.h>

void
survey_domain_free(struct survey_domain *domain)
{
  if (!domain)
    return;
  g_free(domain->uuid);
  g_free(domain->state);
  g_free(domain->unreadable);
  g_free(domain->agent);
  g_free(domain->idmap);
  g_free(domain->root_type);
  g_free(domain->root_source);
  g_clear_pointer(&domain->disks, g_ptr_array_unref);
  g_free(domain);
}

static void
take_root(struct survey_domain *domain, const GPtrArray *filesystems)
{
  for (guint i = 0; i < filesystems->len && !domain->root_source; i++) {
    struct filesystem *filesystem = filesystems->pdata[i];

    if (filesystem->is_root != 1)
      continue;
    domain->root_type = g_steal_pointer(&filesystem->type);
    domain->root_source = g_steal_pointer(&filesystem->source);
  }
}

struct survey_domain *
survey_domain_new(struct domain *fact)
{
  struct survey_domain *domain = g_new0(struct survey_domain, 1);

  domain->uuid = g_steal_pointer(&fact->uuid);
  domain->state = g_steal_pointer(&fact->state);
  if (strcmp(fact->status, "ok") != 0)
    domain->unreadable = g_strdup(fact->status);
  domain->agent = g_steal_pointer(&fact->agent);
  domain->idmap = g_steal_pointer(&fact->idmap);
  domain->is_container = g_strcmp0(fact->virtualization, "container") == 0;
  take_root(domain, fact->filesystems);
  domain->disks = g_steal_pointer(&fact->disks);
  return domain;
}

bool
survey_domain_is_active(const struct survey_domain *domain)
{
  return g_strcmp0(domain->state, "shut off") != 0;
}

static bool
disk_is_removable(const struct disk *disk)
{
  return strcmp(disk->device, "cdrom") == 0 || strcmp(disk->device, "floppy") == 0;
}

const char *
survey_domain_errno_status(int number)
{
  switch (number) {
  case ENOENT:
    return IMAGE_MISSING;
  case EACCES:
  case EPERM:
    return IMAGE_DENIED;
  case ESTALE:
    return GUEST_CHANGED;
  default:
    return IMAGE_UNREADABLE;
  }
}

/*
 * Open every image of a chain for the reader. On failure the disk keeps no layer. The domain may be
 * shut off, and somebody else write to its image all the same.
 */
static const char *
open_layers(const struct images *images, const GPtrArray *chain, struct reader_job *job,
            struct reader_disk *disk)
{
  for (guint i = 0; i < chain->len; i++) {
    const struct image *image = chain->pdata[i];
    int fd = images_open(images, image, job->live);

    if (fd < 0) {
      int number = errno;
      reader_disk_drop_layers(disk);
      return survey_domain_errno_status(number);
    }
    job->live = job->live || (!disk->removable && image_lock_has_writer(fd));
    reader_disk_add_layer(disk, fd, image->format);
  }
  return NULL;
}

static guint
count_layers(const struct reader_job *job)
{
  guint count = 0;

  for (guint i = 0; i < job->disks->len; i++)
    count += ((const struct reader_disk *)job->disks->pdata[i])->layers->len;
  return count;
}

/* Why a chain goes without layers; NULL when it got them. */
static const char *
give_layers(const struct images *images, const GPtrArray *chain, struct reader_job *job,
            struct reader_disk *disk)
{
  const char *status = images_status(chain->pdata[0]);

  if (strcmp(status, IMAGE_OK) != 0)
    return status;
  if (chain->len > READER_FILES_MAX - count_layers(job))
    return GUEST_TOO_MANY_IMAGES;
  return open_layers(images, chain, job, disk);
}

static void
add_disk(struct images *images, struct reader_job *job, const struct disk *disk)
{
  struct reader_disk *target = reader_job_add_disk(job, disk->target);
  g_autoptr(GPtrArray) chain = images_chain(images, disk);

  target->sector_size = disk->logical_block_size;
  target->removable = disk_is_removable(disk);
  if (chain && chain->len > 0)
    target->status = g_strdup(give_layers(images, chain, job, target));
  else
    target->status = g_strdup(GUEST_UNSUPPORTED_SOURCE);
}

/* Removable ones come last: they never take the room of a disk. */
static void
add_disks(const struct survey_domain *domain, struct images *images, struct reader_job *job,
          bool removable)
{
  for (guint i = 0; i < domain->disks->len; i++) {
    const struct disk *disk = domain->disks->pdata[i];

    if (disk_is_removable(disk) == removable && strcmp(disk->source_type, "none") != 0)
      add_disk(images, job, disk);
  }
}

struct reader_job *
survey_domain_disk_job(const struct survey_domain *domain, struct images *images)
{
  struct reader_job *job = reader_job_new(domain->uuid, ROAD_DISK);

  job->live = survey_domain_is_active(domain);
  add_disks(domain, images, job, false);
  add_disks(domain, images, job, true);
  return job;
}

struct reader_job *
survey_domain_base_job(const GPtrArray *chain, const struct images *images)
{
  struct reader_job *job = reader_job_new("", ROAD_DISK);
  struct reader_disk *disk = reader_job_add_disk(job, "vda");

  disk->status = g_strdup(give_layers(images, chain, job, disk));
  return job;
}
