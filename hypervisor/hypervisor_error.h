/* SPDX-License-Identifier: Apache-2.0 */
/* Why a hypervisor, or one definition of it, could not be read. */
#pragma once

#include <glib.h>

#define HYPERVISOR_ERROR (hypervisor_error_quark())
GQuark hypervisor_error_quark(void);
enum hypervisor_error {
  HYPERVISOR_ERROR_BAD_URI,
  HYPERVISOR_ERROR_DRIVER_UNAVAILABLE, /* the local libvirt lacks the driver */
  HYPERVISOR_ERROR_REFUSED,            /* no daemon, no permission, connection lost */
  HYPERVISOR_ERROR_NO_DOMAIN,          /* a domain asked for by name or UUID does not exist */
  HYPERVISOR_ERROR_XML, /* a document that is refused: too large, too deep, a DTD, not XML */
};

/* The END_* word of facts/hypervisor.h for an error of connection_open() and of domains_read(). */
const char *hypervisor_error_status(const GError *error);
