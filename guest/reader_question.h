/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to a guest agent, on their way from a reader to the collecting side: as text. */
#pragma once

#include "guest/agent.h"

/* The question as a new JSON text. */
char *reader_question_write(const struct agent_question *question);

/*
 * The question in a text of `length` bytes, whose path, new or NULL, is the caller's. False with an
 * error when it is not strictly one. Whether it may be asked is for agent_command() to say.
 */
bool reader_question_read(const char *text, gsize length, struct agent_question *ret_question,
                          GError **error);
