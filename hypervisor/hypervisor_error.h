/* SPDX-License-Identifier: Apache-2.0 */
/* Why a hypervisor, or one definition of it, could not be read. */
#pragma once

#include <glib.h>

#define HYPERVISOR_ERROR (hypervisor_error_quark())
GQuark hypervisor_error_quark(void);
enum hypervisor_error {
  HYPERVISOR_ERROR_BAD_URI,
  HYPERVISOR_ERROR_DRIVER_UNAVAILABLE, /* the local libvirt lacks the driver */
  HYPERVISOR_ERROR_REFUSED,            /* no daemon, connection lost */
  HYPERVISOR_ERROR_NO_DOMAIN,          /* a domain asked for by name or UUID does not exist */
  HYPERVISOR_ERROR_XML,    /* a document that is refused: too large, too deep, a DTD, not XML */
  HYPERVISOR_ERROR_DENIED, /* no permission to read, or for more than reading */
  HYPERVISOR_ERROR_UNSUPPORTED,   /* the driver cannot do this */
  HYPERVISOR_ERROR_AGENT_REFUSED, /* a guest agent answered with an error, in the guest's words */
  HYPERVISOR_ERROR_AGENT_HOSTILE, /* libvirt itself could not take what it sent for a reply */
  HYPERVISOR_ERROR_AGENT_TIMEOUT,
  HYPERVISOR_ERROR_AGENT_GONE, /* no agent is connected, or the domain no longer runs */
};

/* The END_* word of facts/hypervisor.h for an error of connection_open() and of domains_read(). */
const char *hypervisor_error_status(const GError *error);
