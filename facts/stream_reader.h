/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of a stream, from a file: each whole, and none longer than STREAM_LINE_MAX. */
#pragma once

#include "facts/stream.h"

struct stream_reader;
struct stream_reader *stream_reader_new(FILE *in);     /* `in` stays the caller's */
void stream_reader_free(struct stream_reader *reader); /* NULL is fine */

/*
 * The next line without its newline, valid until the next call. Returns 1; 0 at the end; -1 with
 * STREAM_ERROR_TOO_LONG or STREAM_ERROR_IO. A last line without a newline was cut: it is not
 * returned, and stream_reader_was_cut() says so.
 */
int stream_reader_next(struct stream_reader *reader, const char **ret_line, size_t *ret_length,
                       GError **error);

bool stream_reader_was_cut(const struct stream_reader *reader);

/* Of the line that was returned last, from 1 on; 0 before the first. */
guint64 stream_reader_line_number(const struct stream_reader *reader);
