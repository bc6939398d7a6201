/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replies of a guest agent. The text is a guest's: what is not exactly a reply to the question,
 * such as an event, or the late reply to another one, is refused with AGENT_ERROR_REPLY, whose
 * message holds none of it.
 */
#pragma once

#include "guest/agent.h"
#include "guest/agent_error.h"

/* No reply to our questions is deeper than four. */
#define AGENT_REPLY_DEPTH_MAX 32

/* What an agent says of each command that we need. */
enum agent_ability {
  AGENT_UNKNOWN, /* it has no such command */
  AGENT_DISABLED,
  AGENT_ENABLED,
};
struct agent_abilities {
  enum agent_ability of[AGENT_QUESTIONS];
};

/* Of guest-info. */
bool agent_reply_abilities(const char *text, struct agent_abilities *ret_abilities, GError **error);

/* Of guest-file-open: the handle, from 0 on. */
bool agent_reply_handle(const char *text, gint64 *ret_handle, GError **error);

/*
 * Of guest-file-read: the bytes, new, at most the `count` that were asked for; none only at the end
 * of the file.
 */
GBytes *agent_reply_bytes(const char *text, gint64 count, bool *ret_end, GError **error);

/* Of guest-file-close: an empty object. */
bool agent_reply_empty(const char *text, GError **error);
