/* SPDX-License-Identifier: Apache-2.0 */
/* From a domain to the job of a reader, or to why there is none. */
#include "cmd/survey_domain.h"

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
  g_free(domain->root_folder);
  g_clear_pointer(&domain->disks, g_ptr_array_unref);
  g_free(domain);
}

static const char *
container_root(const struct domain *domain)
{
  for (guint i = 0; i < domain->filesystems->len; i++) {
    const struct filesystem *filesystem = domain->filesystems->pdata[i];

    if (g_strcmp0(filesystem->target, "/") == 0)
      return filesystem->source;
  }
  return NULL;
}

struct survey_domain *
survey_domain_new(struct domain *fact)
{
  struct survey_domain *domain = g_new0(struct survey_domain, 1);

  domain->uuid = g_steal_pointer(&fact->uuid);
  domain->state = g_steal_pointer(&fact->state);
  if (strcmp(fact->status, "ok") != 0)
    domain->unreadable = g_strdup(fact->status);
  domain->root_folder = g_strdup(container_root(fact));
  domain->disks = g_steal_pointer(&fact->disks);
  return domain;
}

struct guest *
survey_domain_known(const struct survey_domain *domain, bool local)
{
  g_autoptr(Guest) guest = guest_new();

  guest->domain = g_strdup(domain->uuid);
  guest->road = g_strdup(ROAD_DISK);
  if (domain->unreadable) {
    guest->status = g_strdup(domain->unreadable);
  } else if (g_strcmp0(domain->state, "shut off") != 0) {
    guest->status = g_strdup(GUEST_RUNNING);
    guest->detail = g_strdup(g_strcmp0(domain->state, "running") == 0 ? NULL : domain->state);
  } else if (!local) {
    guest->status = g_strdup(GUEST_REMOTE);
    guest->detail = g_strdup("its disks are files of another machine: collect there");
  } else if (domain->root_folder) {
    guest->status = g_strdup(GUEST_NO_DISK);
    guest->detail = g_strdup_printf("its root is the directory %s", domain->root_folder);
  } else {
    return NULL;
  }
  return g_steal_pointer(&guest);
}

static bool
disk_holds_file_systems(const struct disk *disk)
{
  return (strcmp(disk->device, "disk") == 0 || strcmp(disk->device, "lun") == 0) &&
         strcmp(disk->source_type, "none") != 0;
}

static const char *
errno_status(int number)
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

/* Open every image of a chain for the reader. On failure the disk keeps no layer. */
static const char *
open_layers(const struct images *images, const GPtrArray *chain, struct reader_disk *disk)
{
  for (guint i = 0; i < chain->len; i++) {
    const struct image *image = chain->pdata[i];
    int fd = images_open(images, image);

    if (fd < 0) {
      int number = errno;
      reader_disk_drop_layers(disk);
      return errno_status(number);
    }
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
give_layers(const struct images *images, const GPtrArray *chain, const struct reader_job *job,
            struct reader_disk *disk)
{
  const char *status = images_status(chain->pdata[0]);

  if (strcmp(status, IMAGE_OK) != 0)
    return status;
  if (chain->len > READER_FILES_MAX - count_layers(job))
    return GUEST_TOO_MANY_IMAGES;
  return open_layers(images, chain, disk);
}

static void
add_disk(struct images *images, struct reader_job *job, const struct disk *disk)
{
  struct reader_disk *target = reader_job_add_disk(job, disk->target);
  g_autoptr(GPtrArray) chain = images_chain(images, disk);

  target->sector_size = disk->logical_block_size;
  if (chain && chain->len > 0)
    target->status = g_strdup(give_layers(images, chain, job, target));
  else
    target->status = g_strdup(GUEST_UNSUPPORTED_SOURCE);
}

struct reader_job *
survey_domain_job(const struct survey_domain *domain, struct images *images)
{
  struct reader_job *job = reader_job_new(domain->uuid, ROAD_DISK);

  for (guint i = 0; i < domain->disks->len; i++) {
    const struct disk *disk = domain->disks->pdata[i];

    if (disk_holds_file_systems(disk))
      add_disk(images, job, disk);
  }
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

static const struct identity *
root_machine_id(const struct root *root)
{
  for (guint i = 0; i < root->identities->len; i++) {
    const struct identity *identity = root->identities->pdata[i];

    if (identity->value && (strcmp(identity->kind, IDENTITY_MACHINE_ID) == 0 ||
                            strcmp(identity->kind, IDENTITY_DBUS_MACHINE_ID) == 0))
      return identity;
  }
  return NULL;
}

const struct identity *
survey_domain_machine_id(const struct guest *guest)
{
  const struct identity *identity = NULL;

  for (guint i = 0; i < guest->roots->len && !identity; i++)
    identity = root_machine_id(guest->roots->pdata[i]);
  return identity;
}
