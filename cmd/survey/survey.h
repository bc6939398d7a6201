/* SPDX-License-Identifier: Apache-2.0 */
/* One walk over a hypervisor: its domains, their images, and by readers their guests. */
#pragma once

#include "cmd/road_choice.h"

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

struct survey_options {
  const char *uri;          /* NULL: libvirt's own default */
  const char *const *roots; /* directories to read in place of a hypervisor, ended by NULL */
  enum road_choice roads;
  bool narrowed; /* `roads` is for this once: nothing is concluded from guests that are absent */
  bool gone;     /* a domain of `domains` that is not there is the fact that it is gone, no error */
  const char *const *domains;   /* names or UUIDs, ended by NULL; NULL for all */
  const char *const *templates; /* globs of the names of templates, ended by NULL; NULL for none */
  const char *reader;           /* program; NULL for the one that belongs to this program */
  guint readers;                /* 0: one per CPU */
  guint agents;                 /* asked side by side; 0: 16 */
  guint deadline_ms;            /* of one guest; 0: 10 seconds */
};

/* What a survey ended with. */
struct survey_result {
  guint64 domains, images, guests;
  guint64 unread; /* domains that no road led into */
  char *refused;  /* why the hypervisor was not read to its end; the caller's; NULL when it was */
  bool listed;    /* with `refused`: what was read until then is in the stream */
};

/*
 * Write the whole stream of one hypervisor, from its `collection` to its `end`. A hypervisor that
 * cannot be reached has a stream too, whose end says why. False only when the stream itself could
 * not be written or no reader could be started: it then lacks its end; or when a directory of
 * `roots` cannot be opened: there is no stream then.
 */
bool survey_run(const struct survey_options *options, FILE *out, struct survey_result *ret_result,
                GError **error);
