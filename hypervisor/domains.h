/* SPDX-License-Identifier: Apache-2.0 */
/* The domains of a hypervisor: list calls, whose filters answer states and flags, and one XML call each. */
#pragma once

#include "facts/domain.h"
#include "facts/hypervisor.h"
#include "hypervisor/connection.h"

struct domains_options {
  const char *const *select;    /* names or UUIDs, ended by NULL; NULL selects all */
  const char *const *templates; /* globs of domain names that are templates by configuration; NULL for none */
};

/* What a walk over the domains calls. Each takes over its fact. */
struct domains_sink {
  void (*listed)(guint count, gpointer data); /* once, before the first domain */
  void (*domain)(struct domain *domain, gpointer data);
  void (*note)(struct note *note, gpointer data);
};

/*
 * Read every selected domain, sorted by UUID. A domain that vanishes on the way is a note; one whose XML
 * is refused is a domain with that status. False with a HYPERVISOR_ERROR when the list itself fails or the
 * connection breaks, and when a selected domain does not exist.
 */
bool domains_read(virConnectPtr connection, const struct domains_options *options, const struct domains_sink *sink,
                  gpointer data, GError **error);
