/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hypervisor that is to be read, and how: what the command line and the configuration say about
 * it together.
 */
#pragma once

#include "cmd/fleet/config.h"
#include "cmd/fleet/request.h"
#include "hypervisor/ssh_destination.h"

struct target {
  char *name;          /* of its section; NULL for one given by hand */
  char *uri;           /* without a password, UTF-8; NULL: libvirt's own default */
  char *labels;        /* of its section, separated by ", "; NULL for none */
  SshDestination *ssh; /* where its collector runs; NULL: on this machine */
  char *reader;        /* program for a collector on this machine; NULL: its own */
  struct request *request;
  guint deadline_s; /* of the whole collection */
  guint64 stream_limit;
};
typedef struct target Target;

void target_free(struct target *target); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Target, target_free)

/* What one run asks for, whatever the configuration says. 0 and NULL leave it to that. */
struct target_wishes {
  const char *const *domains;
  const char *const *templates; /* besides the configured ones */
  const char *road;
  const char *reader;
  gint64 deadline_s, guest_deadline_s;
  bool gone, check; /* as in struct request */
};

/* The hypervisor at `uri`, NULL for libvirt's own default. New. */
struct target *target_by_hand(const struct config *config, const char *uri,
                              const struct target_wishes *wishes);

/* A configured one. New. */
struct target *target_configured(const struct config *config,
                                 const struct config_hypervisor *hypervisor,
                                 const struct target_wishes *wishes);

/* What people call it: its name, its URI, or "default hypervisor". */
const char *target_shown(const struct target *target);
