/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines of a stream, read, hashed and parsed by a thread of their own, so that SQLite need not
 * wait for JSON nor JSON for SQLite. They come in their order; how many are ahead is bounded in
 * bytes.
 */
#pragma once

#include "facts/stream.h"

#define LINE_DIGEST_SIZE 16

struct line {
  const char *text; /* without its newline */
  size_t length;
  guint64 number;
  guint8 digest[LINE_DIGEST_SIZE];
  struct fact fact; /* without data: not parsed */
  GError *error;    /* why it could not be parsed */
};

struct line_feed;

/*
 * Start reading `in`, which is the feed's until it is freed. `salt` goes into every digest: digests
 * made under another one never match.
 */
struct line_feed *line_feed_new(FILE *in, guint32 salt);

/*
 * The next line, valid until the next call; it stays the feed's. Returns 1; 0 at the end; -1 with
 * STREAM_ERROR.
 */
int line_feed_next(struct line_feed *feed, struct line **ret_line, GError **error);

/* After the end: whether the last line was cut. After an error: the line it was in. */
bool line_feed_was_cut(const struct line_feed *feed);
guint64 line_feed_last_number(const struct line_feed *feed);

/* A hint: whether the lines to come are worth parsing, or will be known by their digest. */
void line_feed_parse_ahead(struct line_feed *feed, bool worth);

/* A line's fact, parsed now if it was not; it stays the line's. NULL with the parser's error. */
const struct fact *line_fact(struct line *line, GError **error);

/* Waits for the thread, which ends with the line it reads. NULL is fine. */
void line_feed_free(struct line_feed *feed);
