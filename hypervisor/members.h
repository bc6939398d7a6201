/* SPDX-License-Identifier: Apache-2.0 */
/* The domains of one hypervisor, and what list calls tell of them, without a call for each. */
#pragma once

#include "facts/domain.h"
#include "hypervisor/connection.h"

struct member {
  virDomainPtr domain;
  const char *name; /* libvirt's own */
  char uuid[VIR_UUID_STRING_BUFLEN];
  gint64 state, reason;                                      /* numbers of libvirt */
  gint64 persistent, autostart, managed_save, has_snapshots; /* as in struct domain */
};

/* All domains, active or not, as a new array of struct member sorted by UUID. */
GPtrArray *members_list(virConnectPtr connection, GError **error);

/*
 * Drop the members that are not named, by name or UUID; NULL selects all. A UUID that fits none
 * joins `missing` in lower case, when that is no NULL; any other word that fits none is
 * HYPERVISOR_ERROR_NO_DOMAIN.
 */
bool members_select(GPtrArray *members, const char *const *select, GPtrArray *missing,
                    GError **error);

/*
 * Find out states and flags. What a driver cannot answer stays unknown; false with
 * HYPERVISOR_ERROR_REFUSED only when the connection broke.
 */
bool members_ask(GPtrArray *members, virConnectPtr connection, GError **error);

/* Write a member's state and flags into its domain. */
void members_apply(const struct member *member, struct domain *domain);
