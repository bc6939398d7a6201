/* SPDX-License-Identifier: Apache-2.0 */
/* What became of reading a file of sshd's, as facts have it. */
#pragma once

#include <glib.h>

/* The KEY_FILE_* of facts/ssh.h that a ROAD_ERROR stands for. */
const char *file_state_of(const GError *error);
