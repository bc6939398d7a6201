/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of libvirt's errors. A daemon may translate its messages, so that words only refine what
 * the code says; and a message may hold a guest's words, so that they never decide about a code.
 */
#include "hypervisor/agent_failure.h"

#include <stdbool.h>
#include <string.h>

/* Of libvirt 10.0; older headers lack them. */
#define AGENT_COMMAND_TIMEOUT 111
#define AGENT_COMMAND_FAILED  112

/* No call is given less time than this, and no error of an agent that is absent takes so long. */
#define LATE_MS 900

/* The first row that fits counts. */
static const struct failure {
  int code;         /* of libvirt */
  guint lasted_ms;  /* at least */
  const char *says; /* how the message begins after the code's own words; NULL fits all */
  enum hypervisor_error meaning;
} failures[] = {
    {VIR_ERR_NO_DOMAIN, 0, NULL, HYPERVISOR_ERROR_AGENT_GONE},
    {VIR_ERR_OPERATION_INVALID, 0, NULL, HYPERVISOR_ERROR_AGENT_GONE},    /* it does not run */
    {VIR_ERR_ARGUMENT_UNSUPPORTED, 0, NULL, HYPERVISOR_ERROR_AGENT_GONE}, /* no channel */
    {VIR_ERR_CONFIG_UNSUPPORTED, 0, NULL, HYPERVISOR_ERROR_AGENT_GONE},
    {VIR_ERR_AGENT_UNRESPONSIVE, LATE_MS, NULL, HYPERVISOR_ERROR_AGENT_TIMEOUT},
    {VIR_ERR_AGENT_UNRESPONSIVE, 0, NULL, HYPERVISOR_ERROR_AGENT_GONE},
    {VIR_ERR_AGENT_UNSYNCED, 0, NULL, HYPERVISOR_ERROR_AGENT_TIMEOUT},
    {VIR_ERR_OPERATION_TIMEOUT, 0, NULL, HYPERVISOR_ERROR_AGENT_TIMEOUT}, /* others ask it */
    {AGENT_COMMAND_TIMEOUT, 0, NULL, HYPERVISOR_ERROR_AGENT_TIMEOUT},
    {AGENT_COMMAND_FAILED, 0, NULL, HYPERVISOR_ERROR_AGENT_REFUSED},
    {VIR_ERR_OPERATION_DENIED, 0, NULL, HYPERVISOR_ERROR_DENIED},
    {VIR_ERR_ACCESS_DENIED, 0, NULL, HYPERVISOR_ERROR_DENIED},
    {VIR_ERR_AUTH_UNAVAILABLE, 0, NULL, HYPERVISOR_ERROR_DENIED},
    {VIR_ERR_AUTH_FAILED, 0, NULL, HYPERVISOR_ERROR_DENIED},
    {VIR_ERR_AUTH_CANCELLED, 0, NULL, HYPERVISOR_ERROR_DENIED},
    {VIR_ERR_NO_SUPPORT, 0, NULL, HYPERVISOR_ERROR_UNSUPPORTED},
    {VIR_ERR_OPERATION_UNSUPPORTED, 0, NULL, HYPERVISOR_ERROR_UNSUPPORTED},
    /* what libvirt could not take for a reply, or not pass on */
    {VIR_ERR_SYSTEM_ERROR, 0, "No complete agent response", HYPERVISOR_ERROR_AGENT_HOSTILE},
    {VIR_ERR_RPC, 0, "Unable to encode message payload", HYPERVISOR_ERROR_AGENT_HOSTILE},
    {VIR_ERR_INTERNAL_ERROR, 0, "failed to convert virJSONValue", HYPERVISOR_ERROR_AGENT_HOSTILE},
    {VIR_ERR_INTERNAL_ERROR, 0, "cannot parse json", HYPERVISOR_ERROR_AGENT_HOSTILE},
    {VIR_ERR_INTERNAL_ERROR, 0, "Parsed JSON reply", HYPERVISOR_ERROR_AGENT_HOSTILE},
    {VIR_ERR_INTERNAL_ERROR, 0, "Unknown JSON reply", HYPERVISOR_ERROR_AGENT_HOSTILE},
    {VIR_ERR_INTERNAL_ERROR, 0, "Missing agent reply", HYPERVISOR_ERROR_AGENT_HOSTILE},
    {VIR_ERR_INTERNAL_ERROR, 0, "Error while processing agent", HYPERVISOR_ERROR_AGENT_HOSTILE},
    {VIR_ERR_INTERNAL_ERROR, 0, "End of file from agent", HYPERVISOR_ERROR_AGENT_GONE},
    {VIR_ERR_INTERNAL_ERROR, 0, NULL, HYPERVISOR_ERROR_AGENT_REFUSED},
};

/* libvirt puts its own words before a message: "internal error: ". */
static bool
message_begins(const virError *failure, const char *says)
{
  const char *colon = strstr(failure->message, ": ");

  return g_str_has_prefix(failure->message, says) || (colon && g_str_has_prefix(colon + 2, says));
}

static bool
failure_fits(const struct failure *row, const virError *failure, guint lasted_ms)
{
  if (row->code != failure->code || lasted_ms < row->lasted_ms)
    return false;
  return !row->says || (failure->message && message_begins(failure, row->says));
}

enum hypervisor_error
agent_failure_meaning(const virError *failure, guint lasted_ms)
{
  if (failure->domain == VIR_FROM_RPC && failure->code != VIR_ERR_RPC)
    return HYPERVISOR_ERROR_REFUSED; /* the connection broke */
  for (size_t i = 0; i < G_N_ELEMENTS(failures); i++)
    if (failure_fits(&failures[i], failure, lasted_ms))
      return failures[i].meaning;
  return HYPERVISOR_ERROR_REFUSED;
}
