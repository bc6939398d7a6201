/* SPDX-License-Identifier: Apache-2.0 */
/* What collectors share: their list, and the way they take a file that holds an identity. */
#pragma once

#include "facts/guest.h"
#include "guest/road.h"

/*
 * Every collector, in the order they run. NAME is the file guest/NAME.c, whose only function is
 * NAME_collect(), a `collect` of struct collector.
 */
#define COLLECTOR_LIST(each)                                                                       \
  each(machine_id) each(transient_id) each(hostname) each(os_release) each(kernel_cmdline)         \
      each(layout) each(siblings) each(cloud_init) each(ssh)

#define COLLECTOR_DECLARE(name) void name##_collect(struct road *road, struct root *root);
COLLECTOR_LIST(COLLECTOR_DECLARE)
#undef COLLECTOR_DECLARE

/*
 * Add an identity of a kind to `root`, which owns it, from the file `path`: where a link leads,
 * mode and time of the file behind it, and its first IDENTITY_RAW_MAX bytes. When it could not be
 * read the state says so (missing, dangling, not-regular, unreadable); else the state is NULL and
 * `raw` is set, for the caller to judge. *ret_self are the properties of the path itself, zero when
 * there is none.
 *
 * A road that cannot tell properties leaves them unknown, and *ret_self zero: the file is read all
 * the same, but a link to nothing is then a missing file.
 */
struct identity *collect_identity(struct road *road, struct root *root, const char *kind,
                                  const char *path, struct file_stat *ret_self);
