/* SPDX-License-Identifier: Apache-2.0 */
/* A guest to be read: its disks or its directory, and the open files of these. */
#pragma once

#include "facts/guest.h"

#include <sys/stat.h>

/* One image of a chain, as it goes to a reader. */
struct reader_layer {
  int fd;           /* owned by the job: closed when the job is freed */
  char *format;     /* "raw" or "qcow2" */
  struct stat seen; /* when the job was submitted */
};

struct reader_disk {
  char *target;
  gint64 sector_size; /* <blockio logical_block_size>; FACT_UNKNOWN: 512 bytes */
  char *status;       /* why it has no layers; NULL when it has */
  bool removable;     /* a CD-ROM or floppy, whose like says nothing of the guest's state */
  GArray *layers;     /* of struct reader_layer, top image first */
};

/* One guest to be read. A disk whose layers make more than READER_FILES_MAX in all is not read. */
struct reader_job {
  char *domain; /* UUID */
  char *road;
  GPtrArray *disks; /* of struct reader_disk */
  int directory;    /* of the road rootfs, opened with O_PATH; owned by the job; -1 for none */
  char *idmap;      /* of the road rootfs: as struct domain has it; NULL for none */
  /*
   * The guest is in use. Disks are read twice, and are GUEST_CHANGED when that differs; the roots
   * are marked MARK_TORN_POSSIBLE, those of a directory MARK_LIVE. The disks of one that is not are
   * GUEST_CHANGED when an image was written meanwhile: somebody started it. Removable ones aside.
   */
  bool live;
};
typedef struct reader_job ReaderJob;

#define READER_FILES_MAX 253 /* SCM_MAX_FD */

/* A job without disks and directory, of a guest that is not in use. */
struct reader_job *reader_job_new(const char *domain, const char *road);
/* A new last disk, without layers and status; the job's. */
struct reader_disk *reader_job_add_disk(struct reader_job *job, const char *target);
/* Takes over the descriptor, of the image below those that were added. */
void reader_disk_add_layer(struct reader_disk *disk, int fd, const char *format);
/* Closes them: a chain is read whole or not at all. */
void reader_disk_drop_layers(struct reader_disk *disk);
void reader_job_free(struct reader_job *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReaderJob, reader_job_free)

/* Remember when the images of a job were last written. Outside the sandbox, as is the next. */
void reader_job_see(struct reader_job *job);

/* Whether one was written since, of a disk that is not removable. Block devices do not say. */
bool reader_job_was_written(const struct reader_job *job);
