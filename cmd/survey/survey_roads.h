/* SPDX-License-Identifier: Apache-2.0 */
/* The roads into the guest of a domain: which of them lead there, and what a reader needs to go. */
#pragma once

#include "cmd/survey/survey.h"
#include "cmd/survey/survey_domain.h"

/* One road. */
struct survey_road {
  const char *name;        /* ROAD_* */
  enum road_choice choice; /* the only other than ROAD_CHOICE_AUTO by which it is gone */
  bool is_disk;            /* readers of disks serve many guests, the others one each */
  bool (*leads_into)(const struct survey_domain *domain);

  /*
   * The job of going it. NULL when there is a reason not to, which is `guest`'s status and detail
   * then. `local`: image paths are paths of this machine.
   */
  struct reader_job *(*job)(const struct survey_domain *domain, struct images *images, bool local,
                            struct guest *guest);
};

/* All roads, ended by one without a name. */
extern const struct survey_road survey_roads[];

/* Whether a survey with these roads goes this one. */
bool survey_road_is_chosen(const struct survey_road *road, enum road_choice choice);
