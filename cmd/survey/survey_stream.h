/* SPDX-License-Identifier: Apache-2.0 */
/* The stream that a survey writes: its lines are counted for its end, its first failure is kept. */
#pragma once

#include "facts/hypervisor.h"
#include "facts/stream.h"

struct survey_stream {
  FILE *out;
  End *end;
  gint64 begun_us; /* monotonic */
  GError *failure; /* the first: the stream can no longer be written, or nobody can read guests */
};

void survey_stream_init(struct survey_stream *stream, FILE *out);
void survey_stream_clear(struct survey_stream *stream);

/* Write the first line of a stream about what `uri` names, which holds no password. */
void survey_stream_begin(struct survey_stream *stream, const char *uri);

/* Write a fact, unless the stream has failed. */
void survey_stream_emit(struct survey_stream *stream, enum fact_kind kind, gconstpointer fact);

/* Takes over the error; the first one counts. */
void survey_stream_fail(struct survey_stream *stream, GError *error);

/* Say how it ends; the last word counts. */
void survey_stream_conclude(struct survey_stream *stream, const char *status, const char *detail);

/* Write the end. False when the stream has failed: it then lacks it. */
bool survey_stream_finish(struct survey_stream *stream);
