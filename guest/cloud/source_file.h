/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a file of cloud-init's whole, or noting why not. */
#pragma once

#include "guest/cloud/trouble.h"
#include "guest/road.h"
#include "guest/secret.h"

/*
 * The bytes of a file, at most ROAD_FILE_MAX. NULL when there is none, and, with trouble that calls
 * it `name`, when it is longer or cannot be read. *ret_is_there, always written, tells these apart.
 */
SecretBytes *source_file_read(struct road *road, const char *path, const char *name,
                              struct trouble *trouble, bool *ret_is_there);
