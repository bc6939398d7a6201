/* SPDX-License-Identifier: Apache-2.0 */
/* What a guest mounts, as its /etc/fstab says (fstab(5)). */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct fstab_entry {
  char *source; /* "UUID=…", "/dev/vda1", "/directory" of a bind; quotes and escapes undone */
  char *mount_point; /* absolute */
  char *type;
  bool optional; /* nofail: the guest starts without it */
  bool bind;     /* `source` is a directory of the guest */
};

/*
 * The entries that a guest mounts from its disks at startup, each directory before those below it,
 * as a new array of struct fstab_entry that frees them. Left out are comments, malformed lines,
 * noauto, swap, and whatever comes from no disk: tmpfs, proc, network file systems.
 */
GPtrArray *fstab_parse(GBytes *content);
