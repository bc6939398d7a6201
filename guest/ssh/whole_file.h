/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a file of which a part is not good enough. */
#pragma once

#include "guest/road.h"

/* As road_read_file(). *ret_cut, written on success, tells whether this very file was cut. */
GBytes *whole_file_read(struct road *road, const char *path, gsize max, bool *ret_cut,
                        GError **error);

/* The KEY_FILE_* of facts/ssh.h that a ROAD_ERROR stands for. */
const char *whole_file_state(const GError *error);
