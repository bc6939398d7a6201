/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages to the person at the terminal: one line each on standard error, escaped as a whole,
 * coloured only on a terminal that wants it.
 */
#pragma once

#include "cmd/verb.h"

/* Something failed. Always printed. */
void message_error(const struct globals *globals, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Something is not as it should be, and the run goes on. Always printed. */
void message_warning(const struct globals *globals, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* What was done. Not with --quiet. */
void message_note(const struct globals *globals, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* A line of a summary, which needs no name before it. Not with --quiet. */
void message_line(const struct globals *globals, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* What is being done. Only with --verbose. */
void message_detail(const struct globals *globals, const char *format, ...) G_GNUC_PRINTF(2, 3);

/*
 * A mistake on the command line, and where to read more: the help of `verb`, or of the program
 * for NULL. Returns EXIT_USAGE.
 */
enum exit_status message_usage(const struct globals *globals, const char *verb, const char *format,
                               ...) G_GNUC_PRINTF(3, 4);

/* What makes a plural: "%u domain%s". */
#define MESSAGE_PLURAL(count) ((count) == 1 ? "" : "s")

/* Whether standard error may be coloured: a terminal, no --no-color, no NO_COLOR, not TERM=dumb. */
bool message_in_color(const struct globals *globals);
