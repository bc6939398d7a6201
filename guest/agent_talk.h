/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A conversation with a guest agent: questions and what became of them. It is over once an answer
 * says that no other will be any better (late, gone, hostile, …): from then on nothing is asked,
 * and every question fails with AGENT_ERROR_OVER.
 */
#pragma once

#include "guest/agent_reply.h"

struct agent_talk {
  struct agent_channel *channel;
  const char *status; /* GUEST_*: why it is over; NULL: it is not */
  char *detail;       /* owned */
  bool cut_off;       /* nobody is there to be asked */
};

/* The channel stays the caller's. */
void agent_talk_init(struct agent_talk *talk, struct agent_channel *channel);
void agent_talk_clear(struct agent_talk *talk);

/* Say that it is over, unless it was before. `status` is a constant; printf() arguments. */
void agent_talk_end(struct agent_talk *talk, const char *status, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* The questions of guest/agent.h. An AGENT_ERROR, never AGENT_ERROR_REPLY: that is OVER, too. */
bool agent_talk_abilities(struct agent_talk *talk, struct agent_abilities *ret_abilities,
                          GError **error);
bool agent_talk_open(struct agent_talk *talk, const char *path, gint64 *ret_handle, GError **error);
GBytes *agent_talk_read(struct agent_talk *talk, gint64 handle, gint64 count, bool *ret_end,
                        GError **error);

/*
 * A handle is closed even when the conversation is over, as long as somebody may be there: the
 * agent keeps it open until the guest's end otherwise.
 */
void agent_talk_close(struct agent_talk *talk, gint64 handle);
