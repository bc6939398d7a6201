/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What takes the lines of streams, one stream after another: each begins with a collection, is one
 * transaction, and is done with its end, with the next collection, or with intake_end().
 */
#pragma once

#include "store/ingest.h"
#include "store/line_feed.h"

struct intake;
typedef struct intake Intake;

/* `options`, not NULL, must outlive it. */
struct intake *intake_new(sqlite3 *db, const struct ingest_options *options, GError **error);
void intake_free(struct intake *intake); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Intake, intake_free)

/*
 * Take a line. False with an error of the parser or STORE_ERROR_STREAM when it may not stand where
 * it does, with another STORE_ERROR when the ledger failed: then the stream's transaction is still
 * open.
 */
bool intake_take(struct intake *intake, struct line *line, GError **error);

/* The stream, if there is one, has no more lines: without its end it is kept, as partial. */
bool intake_end(struct intake *intake, GError **error);

/* After a line that was taken: whether it said anything that the ledger did not have. */
bool intake_is_news(const struct intake *intake);

/* After a line that was not taken: nothing of its stream is kept. */
void intake_give_up(struct intake *intake);

/* After that: a row that says why a stream was refused. Should that fail, there is none. */
void intake_note_refusal(struct intake *intake, const char *why);

/* A new array of struct ingest_result, one for each stream that was kept. */
GPtrArray *intake_take_results(struct intake *intake);
