/* SPDX-License-Identifier: Apache-2.0 */
/* A collector: `virt-ledger collect` as a process of its own, its stream spooled for the ledger. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

struct collector_options {
  const char *uri;        /* NULL: libvirt's own default */
  char *const *arguments; /* further ones of `collect`, ended by NULL */
  guint deadline_s;       /* of the whole collection; 0 for none */
  bool show_progress;
};

/*
 * Run a collector to its end and return its stream in an unlinked file, at its start. A collector
 * that dies or is killed at its deadline leaves a stream without an end, and `ret_trouble` says
 * what happened; it is NULL otherwise. NULL with a GError when it could not be started or its
 * stream not be kept.
 */
FILE *collector_run(const struct collector_options *options, char **ret_trouble, GError **error);
