/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a seed, read and taken apart; what they mean together is guest/cloud/seed.h's. */
#pragma once

#include "guest/cloud/user_data.h"
#include "guest/road.h"

struct seed_files {
  struct road *road;
  const char *folder;
  struct trouble trouble;                    /* of any of them */
  GPtrArray *secrets;                        /* char *: names of all their secret values */
  struct yaml *meta_data, *network_config;   /* NULL: not there, or not read */
  struct user_data *user_data, *vendor_data; /* likewise */
};

/*
 * Read the files of a folder of NoCloud's, or of an instance's folder. False when there is no seed:
 * neither meta-data nor user-data, of an instance no user-data. To be cleared in either case; it
 * refers to `road` and `folder`.
 */
bool seed_files_read(struct seed_files *files, struct road *road, const char *folder);
bool seed_files_read_instance(struct seed_files *files, struct road *road, const char *folder);

void seed_files_clear(struct seed_files *files);
