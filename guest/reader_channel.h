/* SPDX-License-Identifier: Apache-2.0 */
/* How a reader asks a guest's agent: through the collecting side, over its socket. */
#pragma once

#include "guest/agent.h"

struct reader_channel {
  struct agent_channel channel;
  int socket; /* the caller's */
};

/* When the collecting side is gone, so is the agent: AGENT_GONE. */
void reader_channel_init(struct reader_channel *channel, int socket);
