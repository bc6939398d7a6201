/* SPDX-License-Identifier: Apache-2.0 */
/* What may become of a question to a guest agent. */
#pragma once

#include <glib.h>

#define AGENT_ERROR (agent_error_quark())
GQuark agent_error_quark(void);
enum agent_error {
  AGENT_ERROR_REPLY,       /* a reply against the protocol: the agent is not to be talked to */
  AGENT_ERROR_OVER,        /* the conversation is over: nothing more is asked */
  AGENT_ERROR_BLOCKED,     /* the command is disabled, or unknown to the agent */
  AGENT_ERROR_DENIED,      /* the agent itself may not */
  AGENT_ERROR_NOT_FOUND,   /* no such file */
  AGENT_ERROR_NOT_REGULAR, /* a directory, a socket, … */
  AGENT_ERROR_LOOP,        /* too many links */
  AGENT_ERROR_OTHER,       /* anything else that an agent has to say */
};

/*
 * The error in an agent's own words, among libvirt's, of any bytes. Its message shows them, see
 * agent_error_quote(). NULL stands for no words.
 */
GError *agent_error_from_words(const char *text);

/*
 * Foreign words to be shown in a detail: `SPEAKER says: WORDS`, new, at most AGENT_WORDS_MAX bytes
 * of UTF-8. Whoever prints them escapes them, as all that a guest wrote.
 */
#define AGENT_WORDS_MAX ((gsize)256)
char *agent_error_quote(const char *speaker, const char *text);
