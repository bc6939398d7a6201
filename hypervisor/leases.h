/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses that libvirt's own networks have leased to domains: one call for each network, and none
 * where no domain asks. What a driver cannot tell is not known, and no failure.
 */
#pragma once

#include "facts/domain.h"
#include "hypervisor/connection.h"

struct leases;
typedef struct leases Leases;

/* The connection stays the caller's, and must live longer; nothing is asked before it must be. */
struct leases *leases_new(virConnectPtr connection);
void leases_free(struct leases *leases); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Leases, leases_free)

/* Add a lease; what is no IP address is left out, and so is more than LEASES_MAX of one MAC. */
void leases_add(struct leases *leases, const char *network, const char *mac, const char *address);

#define LEASES_MAX 32

/* Set the addresses of a domain's interfaces, when it runs, or may. */
void leases_apply(struct leases *leases, struct domain *domain);
