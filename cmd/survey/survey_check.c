/* SPDX-License-Identifier: Apache-2.0 */
/* A survey that stops at the door. */
#include "cmd/survey/survey_check.h"

#include "cmd/survey/survey_stream.h"
#include "hypervisor/connection.h"

bool
survey_check(const char *uri, FILE *out, bool *ret_answers, GError **error)
{
  g_autoptr(GError) refused = NULL;
  g_autoptr(virConnect) connection = connection_open(uri, &refused);
  g_autoptr(Hypervisor) hypervisor = connection ? connection_describe(connection, &refused) : NULL;
  g_autofree char *asked = connection_asked_uri(uri, connection);
  struct survey_stream stream;

  survey_stream_init(&stream, out);
  survey_stream_begin(&stream, asked);
  if (hypervisor)
    survey_stream_emit(&stream, FACT_HYPERVISOR, hypervisor);
  survey_stream_conclude(&stream, hypervisor ? END_PARTIAL : hypervisor_error_status(refused),
                         hypervisor ? NULL : refused->message);
  bool written = survey_stream_finish(&stream);
  if (written)
    *ret_answers = hypervisor != NULL;
  else
    g_propagate_error(error, g_steal_pointer(&stream.failure));
  survey_stream_clear(&stream);
  return written;
}
