/* SPDX-License-Identifier: Apache-2.0 */
/* Between a reader that asks and the agent that libvirt reaches: questions out, replies in. */
#pragma once

#include "guest/reader.h"

/* A `reader_ask`, whose data is a struct agent_connection. The reply is not looked into. */
struct agent_answer survey_agent_ask(const char *domain, const struct agent_question *question,
                                     guint left_ms, gpointer connection);
