/* SPDX-License-Identifier: Apache-2.0 */
/* Files that an Include names: glob(3) as OpenSSH has it, over a road. */
#pragma once

#include "guest/road.h"

struct sshd_glob {
  struct road *road;
  guint lists_left; /* how many directories may still be listed */
  guint names_left; /* how many names there may still be compared */
  bool cut;         /* set once there was more than that, or than SSHD_FILES_MAX paths */
};

/*
 * Paths that match an absolute pattern ('*', '?', '[…]', backslashes; a leading dot only by
 * itself), sorted by bytes: a new array of char *, which may be empty. NULL when the road lists no
 * directories and the pattern asks for it. On such a road a plain path is given back unseen.
 */
GPtrArray *sshd_glob_find(struct sshd_glob *glob, const char *pattern);
