/* SPDX-License-Identifier: Apache-2.0 */
/* The error domain of this folder, and its words in a stream of facts. */
#include "hypervisor/hypervisor_error.h"

#include "facts/hypervisor.h"

G_DEFINE_QUARK(hypervisor_error, hypervisor_error)

static const char *const status_words[] = {
    [HYPERVISOR_ERROR_BAD_URI] = END_BAD_URI,
    [HYPERVISOR_ERROR_DRIVER_UNAVAILABLE] = END_DRIVER_UNAVAILABLE,
    [HYPERVISOR_ERROR_REFUSED] = END_REFUSED,
    [HYPERVISOR_ERROR_NO_DOMAIN] = END_PARTIAL,
    [HYPERVISOR_ERROR_XML] = END_PARTIAL,
    [HYPERVISOR_ERROR_DENIED] = END_REFUSED,
    [HYPERVISOR_ERROR_UNSUPPORTED] = END_PARTIAL,
    [HYPERVISOR_ERROR_AGENT_REFUSED] = END_PARTIAL,
    [HYPERVISOR_ERROR_AGENT_HOSTILE] = END_PARTIAL,
    [HYPERVISOR_ERROR_AGENT_TIMEOUT] = END_PARTIAL,
    [HYPERVISOR_ERROR_AGENT_GONE] = END_PARTIAL,
};

const char *
hypervisor_error_status(const GError *error)
{
  bool known = error->domain == HYPERVISOR_ERROR && error->code >= 0 &&
               error->code < (int)G_N_ELEMENTS(status_words);

  return known ? status_words[error->code] : END_REFUSED;
}
