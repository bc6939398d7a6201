/* SPDX-License-Identifier: Apache-2.0 */
/* Which hypervisors a command line means. */
#pragma once

#include "cmd/fleet/target.h"

/* Lists end with NULL, and are NULL when empty. */
struct scan_choice {
  const char *const *uris;  /* given by hand */
  const char *const *names; /* of sections */
  bool all;                 /* all sections; then the lists are empty */
};

/*
 * The targets (struct target) in the order of the lists, URIs first. Without a choice they are all
 * configured ones, and if there are none, libvirt's own default. NULL with G_OPTION_ERROR for a
 * name that is not configured, or where `all` are none. New.
 */
GPtrArray *scan_targets(const struct config *config, const struct scan_choice *choice,
                        const struct target_wishes *wishes, GError **error);
