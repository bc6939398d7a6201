/* SPDX-License-Identifier: Apache-2.0 */
/* Collectors: what is read inside a guest, each the same on every road. */
#pragma once

#include "facts/guest.h"
#include "guest/road.h"

struct collector {
  const char *name;
  /* Add what it finds to `root`. A file that cannot be read is an identity's state, no failure. */
  void (*collect)(struct road *road, struct root *root);
};

/* All of them, ended by one without a name. guest/collect.h has their list. */
extern const struct collector collectors[];

/* Run every collector over one root, and mark what the road cut. */
void collectors_run(struct road *road, struct root *root);
