/* SPDX-License-Identifier: Apache-2.0 */
/* The domains of a hypervisor: list calls for states and flags, and a call per definition. */
#pragma once

#include "facts/domain.h"
#include "facts/hypervisor.h"
#include "hypervisor/connection.h"

struct domains_options {
  const char *const *select;    /* names or UUIDs, ended by NULL; NULL selects all */
  const char *const *templates; /* globs of names that are templates by configuration, or NULL */
};

/* What a walk over the domains calls, always in the caller's thread. Each takes over its fact. */
struct domains_sink {
  void (*listed)(guint count, gpointer data); /* once, before the first domain */
  void (*domain)(struct domain *domain, gpointer data);
  void (*note)(struct note *note, gpointer data);
  /*
   * A domain that is not there: it was selected by its UUID, or vanished on the way. NULL where
   * nobody wants to know: then a selected one that is not there is an error.
   */
  void (*gone)(struct gone *gone, gpointer data);
};

/*
 * Read every selected domain, sorted by UUID. A domain that vanishes on the way is a note, as is
 * Xen's Domain-0; one whose XML is refused or fails is a domain with that status. False with
 * HYPERVISOR_ERROR_REFUSED when the list itself fails or the connection breaks, with
 * HYPERVISOR_ERROR_NO_DOMAIN when a selected domain does not exist: then nothing was read.
 */
bool domains_read(virConnectPtr connection, const struct domains_options *options,
                  const struct domains_sink *sink, gpointer data, GError **error);
