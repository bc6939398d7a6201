/* SPDX-License-Identifier: Apache-2.0 */
/* What a survey remembers of a domain whose fact is written: enough to find the roads into it. */
#pragma once

#include "facts/domain.h"
#include "facts/guest.h"
#include "guest/reader_job.h"
#include "hypervisor/images.h"

struct survey_domain {
  char *uuid, *state;
  char *unreadable; /* why its definition could not be read; NULL when it could */
  char *agent;      /* as in struct domain, as is `idmap` */
  char *idmap;
  bool is_container;
  char *root_type, *root_source; /* of the file system that is its root; NULL without one */
  GPtrArray *disks;              /* of struct disk */
  bool tried, read;              /* whether some road was gone, and led into the guest */
};

/* Takes what it needs out of the fact, which is left without it. */
struct survey_domain *survey_domain_new(struct domain *fact);
void survey_domain_free(struct survey_domain *domain); /* NULL is fine */

/* Whether it may be writing to its disks: all that is not known to be shut off may. */
bool survey_domain_is_active(const struct survey_domain *domain);

/* The job for a reader, every image opened; a disk that cannot be opened has its status there. */
struct reader_job *survey_domain_disk_job(const struct survey_domain *domain,
                                          struct images *images);

/*
 * The job for an image that is nobody's disk, by its chain, top image first: a guest without a
 * domain, its disk "vda".
 */
struct reader_job *survey_domain_base_job(const GPtrArray *chain, const struct images *images);

/* A guest's or image's status for an error number of open(2). */
const char *survey_domain_errno_status(int number);
