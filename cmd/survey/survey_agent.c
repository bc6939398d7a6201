/* SPDX-License-Identifier: Apache-2.0 */
/* What libvirt says of a question, in the words that a reader knows. */
#include "cmd/survey/survey_agent.h"

#include "hypervisor/agent_connection.h"

#include <string.h>

#define CALL_MS 5000 /* an agent that lives answers in far less */

static const struct {
  enum hypervisor_error code;
  enum agent_outcome outcome;
} outcomes[] = {
    {HYPERVISOR_ERROR_AGENT_REFUSED, AGENT_REFUSED},
    {HYPERVISOR_ERROR_AGENT_HOSTILE, AGENT_FLOODED},
    {HYPERVISOR_ERROR_AGENT_TIMEOUT, AGENT_LATE},
    {HYPERVISOR_ERROR_AGENT_GONE, AGENT_GONE},
    {HYPERVISOR_ERROR_DENIED, AGENT_FORBIDDEN},
};

static enum agent_outcome
outcome_of(const GError *error)
{
  for (gsize i = 0; i < G_N_ELEMENTS(outcomes); i++)
    if (g_error_matches(error, HYPERVISOR_ERROR, (gint)outcomes[i].code))
      return outcomes[i].outcome;
  return AGENT_GONE;
}

struct agent_answer
survey_agent_ask(const char *domain, const struct agent_question *question, guint left_ms,
                 gpointer connection)
{
  g_autofree char *command = agent_command(question);
  g_autoptr(GError) error = NULL;

  if (!command)
    return (struct agent_answer){.outcome = AGENT_FORBIDDEN};
  guint waited_ms;
  char *reply =
      agent_connection_ask(connection, domain, command, MIN(left_ms, CALL_MS), &waited_ms, &error);
  if (!reply)
    return (struct agent_answer){outcome_of(error), g_strdup(error->message), waited_ms};
  if (strlen(reply) <= AGENT_REPLY_MAX)
    return (struct agent_answer){AGENT_REPLIED, reply, waited_ms};
  g_free(reply);
  return (struct agent_answer){.outcome = AGENT_FLOODED, .waited_ms = waited_ms};
}
