/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a survey remembers of a domain once its fact is written: enough to tell whether its guest is
 * to be read, and from which images.
 */
#pragma once

#include "facts/domain.h"
#include "facts/guest.h"
#include "guest/reader.h"
#include "hypervisor/images.h"

struct survey_domain {
  char *uuid, *state;
  char *unreadable;  /* why its definition could not be read; NULL when it could */
  char *root_folder; /* of a container */
  GPtrArray *disks;  /* of struct disk */
};

/* Takes uuid, state and disks out of the fact, which is left without them. */
struct survey_domain *survey_domain_new(struct domain *fact);
void survey_domain_free(struct survey_domain *domain); /* NULL is fine */

/*
 * What there is to say of the guest without reading it: it runs, it is elsewhere, its definition is
 * unreadable. NULL when its disks are to be read. `local`: they are files of this machine.
 */
struct guest *survey_domain_known(const struct survey_domain *domain, bool local);

/* The job for a reader, every image opened; a disk that cannot be opened has its status there. */
struct reader_job *survey_domain_job(const struct survey_domain *domain, struct images *images);

/*
 * The job for an image that is nobody's disk, by its chain, top image first: a guest without a
 * domain, its disk "vda".
 */
struct reader_job *survey_domain_base_job(const GPtrArray *chain, const struct images *images);

/* The first machine ID that the files of a guest hold; NULL when they hold none. */
const struct identity *survey_domain_machine_id(const struct guest *guest);
