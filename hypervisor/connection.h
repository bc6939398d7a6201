/* SPDX-License-Identifier: Apache-2.0 */
/* A read-only connection to one hypervisor, and what there is to know of the hypervisor itself. */
#pragma once

#include "facts/hypervisor.h"

#include <libvirt/libvirt.h>

#define HYPERVISOR_ERROR (hypervisor_error_quark())
GQuark hypervisor_error_quark(void);
enum hypervisor_error {
  HYPERVISOR_ERROR_BAD_URI,
  HYPERVISOR_ERROR_DRIVER_UNAVAILABLE, /* the local libvirt lacks the driver */
  HYPERVISOR_ERROR_REFUSED,            /* no daemon, no permission, connection lost */
  HYPERVISOR_ERROR_XML,                /* a definition that is refused: too large, too deep, a DTD, not XML */
};

/* The END_* word of facts/hypervisor.h for an error of connection_open() and of the list calls. */
const char *hypervisor_error_status(const GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(virConnect, virConnectClose)

/*
 * Open a connection for reading. `uri` NULL means libvirt's own default (LIBVIRT_DEFAULT_URI, its
 * configuration, its probing). libvirt's errors become GErrors; it prints nothing itself. Sets keepalive
 * where the transport has it. Close with virConnectClose().
 */
virConnectPtr connection_open(const char *uri, GError **error);

/* Facts of the hypervisor; domain_count is left unknown. */
struct hypervisor *connection_describe(virConnectPtr connection, GError **error);

/* Whether image paths of this URI are paths of this machine: no server part, or a unix transport to it. */
bool connection_uri_is_local(const char *uri);

/* The URI without a password in it; new. */
char *connection_uri_public(const char *uri);
