/* SPDX-License-Identifier: Apache-2.0 */
/* Writing facts, and what the last of them says of the others. */
#include "cmd/survey/survey_stream.h"

#include "cmd/version.h"
#include "facts/clock.h"

#include <errno.h>

void
survey_stream_init(struct survey_stream *stream, FILE *out)
{
  *stream = (struct survey_stream){
      .out = out,
      .end = end_new(),
      .begun_us = g_get_monotonic_time(),
  };
  stream->end->domains = stream->end->images = stream->end->guests = 0;
}

void
survey_stream_clear(struct survey_stream *stream)
{
  g_clear_pointer(&stream->end, end_free);
  g_clear_error(&stream->failure);
}

static gint64 *
counter_of(End *end, enum fact_kind kind)
{
  switch (kind) {
  case FACT_DOMAIN:
    return &end->domains;
  case FACT_IMAGE:
    return &end->images;
  case FACT_GUEST:
    return &end->guests;
  default:
    return NULL;
  }
}

void
survey_stream_emit(struct survey_stream *stream, enum fact_kind kind, gconstpointer fact)
{
  gint64 *counter = counter_of(stream->end, kind);

  if (stream->failure || !stream_write(stream->out, kind, fact, &stream->failure))
    return;
  if (counter)
    ++*counter;
}

void
survey_stream_begin(struct survey_stream *stream, const char *uri)
{
  g_autoptr(Collection) collection = collection_new();

  collection->version = STREAM_VERSION;
  collection->tool = g_strdup(VERSION_TOOL);
  collection->uri = g_strdup(uri);
  collection->at = clock_now();
  survey_stream_emit(stream, FACT_COLLECTION, collection);
}

void
survey_stream_fail(struct survey_stream *stream, GError *error)
{
  if (stream->failure)
    g_error_free(error);
  else
    stream->failure = error;
}

void
survey_stream_conclude(struct survey_stream *stream, const char *status, const char *detail)
{
  g_free(stream->end->status);
  g_free(stream->end->detail);
  stream->end->status = g_strdup(status);
  stream->end->detail = g_strdup(detail);
}

bool
survey_stream_finish(struct survey_stream *stream)
{
  stream->end->duration_ms = clock_elapsed_ms(stream->begun_us);
  survey_stream_emit(stream, FACT_END, stream->end);
  if (!stream->failure && fflush(stream->out) != 0)
    g_set_error(&stream->failure, STREAM_ERROR, STREAM_ERROR_IO, "cannot write facts: %s",
                g_strerror(errno));
  return !stream->failure;
}
