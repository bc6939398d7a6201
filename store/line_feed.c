/* SPDX-License-Identifier: Apache-2.0 */
/* A thread that reads ahead: batches of lines go round between it and its reader. */
#include "store/line_feed.h"

#include "facts/stream_reader.h"

#include <string.h>

#define BATCHES     4
#define BATCH_BYTES (256 * 1024) /* a batch that has as many, or so many lines, is full */
#define BATCH_LINES 1024

struct batch {
  GByteArray *text; /* of all its lines */
  GArray *lines;    /* of struct line */
  int more;         /* 1: another batch follows; 0: the end; -1: `error` */
  GError *error;
};

struct line_feed {
  struct stream_reader *reader;
  GThread *thread;
  GAsyncQueue *empty, *full; /* of struct batch */
  struct batch batches[BATCHES];
  gint stop, parse_ahead; /* atomic: besides the queues, all that both threads touch */
  guint32 salt;

  struct batch *current; /* of the reader, as the next two */
  guint next;
};

/* --- the feed's thread ------------------------------------------------------------------------ */

static void
make_digest(GChecksum *checksum, guint32 salt, struct line *line)
{
  guint8 whole[32];
  gsize size = sizeof whole;

  g_checksum_reset(checksum);
  g_checksum_update(checksum, (const guchar *)&salt, sizeof salt);
  g_checksum_update(checksum, (const guchar *)line->text, (gssize)line->length);
  g_checksum_get_digest(checksum, whole, &size);
  memcpy(line->digest, whole, LINE_DIGEST_SIZE);
}

/* One line's text into the batch, which may move while it grows: line->text is set later. */
static bool
add_line(struct line_feed *feed, struct batch *batch)
{
  struct line line = {0};

  batch->more = stream_reader_next(feed->reader, &line.text, &line.length, &batch->error);
  line.number = stream_reader_line_number(feed->reader);
  if (batch->more <= 0)
    return false;
  g_byte_array_append(batch->text, (const guint8 *)line.text, (guint)line.length);
  g_array_append_val(batch->lines, line);
  return true;
}

/*
 * Not while the reader waits (then the queue's length is negative): it gets lines that are not
 * parsed, and parses them itself, so that both threads have their part of the work whichever of
 * them is faster.
 */
static bool
is_parsing_worth(struct line_feed *feed)
{
  return g_atomic_int_get(&feed->parse_ahead) && g_async_queue_length(feed->full) >= 0;
}

static void
finish_lines(struct line_feed *feed, struct batch *batch, GChecksum *checksum)
{
  const char *text = (const char *)batch->text->data;

  for (guint i = 0; i < batch->lines->len; i++) {
    struct line *line = &g_array_index(batch->lines, struct line, i);

    line->text = text;
    text += line->length;
    make_digest(checksum, feed->salt, line);
    if (is_parsing_worth(feed))
      stream_parse(line->text, line->length, &line->fact, &line->error);
  }
}

static bool
is_stopped(struct line_feed *feed)
{
  return g_atomic_int_get(&feed->stop);
}

static bool
is_full(const struct batch *batch)
{
  return batch->text->len >= BATCH_BYTES || batch->lines->len >= BATCH_LINES;
}

static gpointer
feed_lines(gpointer data)
{
  struct line_feed *feed = data;
  GChecksum *checksum = g_checksum_new(G_CHECKSUM_SHA256);
  bool more = true;

  while (more) {
    struct batch *batch = g_async_queue_pop(feed->empty);

    while (!is_stopped(feed) && !is_full(batch) && add_line(feed, batch))
      continue;
    more = batch->more > 0 && !is_stopped(feed);
    finish_lines(feed, batch, checksum);
    g_async_queue_push(feed->full, batch);
  }
  g_checksum_free(checksum);
  return NULL;
}

/* --- its reader ------------------------------------------------------------------------------- */

static void
line_clear(gpointer data)
{
  struct line *line = data;

  fact_clear(&line->fact);
  g_clear_error(&line->error);
}

static void
batch_init(struct batch *batch)
{
  batch->text = g_byte_array_sized_new(BATCH_BYTES);
  batch->lines = g_array_new(FALSE, FALSE, sizeof(struct line));
  g_array_set_clear_func(batch->lines, line_clear);
}

/* A line may be much longer than a batch: such a buffer is not kept. */
static void
batch_empty(struct batch *batch)
{
  if (batch->text->len > 2 * BATCH_BYTES) {
    g_byte_array_unref(batch->text);
    batch->text = g_byte_array_sized_new(BATCH_BYTES);
  }
  g_byte_array_set_size(batch->text, 0);
  g_array_set_size(batch->lines, 0);
}

static void
batch_clear(struct batch *batch)
{
  g_byte_array_unref(batch->text);
  g_array_unref(batch->lines);
  g_clear_error(&batch->error);
}

struct line_feed *
line_feed_new(FILE *in, guint32 salt)
{
  struct line_feed *feed = g_new0(struct line_feed, 1);

  feed->reader = stream_reader_new(in);
  feed->salt = salt;
  feed->parse_ahead = 1;
  feed->empty = g_async_queue_new();
  feed->full = g_async_queue_new();
  for (size_t i = 0; i < BATCHES; i++) {
    batch_init(&feed->batches[i]);
    g_async_queue_push(feed->empty, &feed->batches[i]);
  }
  feed->thread = g_thread_new("line-feed", feed_lines, feed);
  return feed;
}

/* The last batch is kept: it says how the stream ended. */
static bool
is_last(const struct batch *batch)
{
  return batch->more <= 0;
}

static bool
needs_batch(const struct line_feed *feed)
{
  return !feed->current || (feed->next == feed->current->lines->len && !is_last(feed->current));
}

static void
give_back(struct line_feed *feed)
{
  if (!feed->current)
    return;
  batch_empty(feed->current);
  g_async_queue_push(feed->empty, g_steal_pointer(&feed->current));
}

int
line_feed_next(struct line_feed *feed, struct line **ret_line, GError **error)
{
  while (needs_batch(feed)) {
    give_back(feed);
    feed->current = g_async_queue_pop(feed->full);
    feed->next = 0;
  }
  if (feed->next < feed->current->lines->len) {
    *ret_line = &g_array_index(feed->current->lines, struct line, feed->next++);
    return 1;
  }
  if (feed->current->more < 0 && feed->current->error)
    g_propagate_error(error, g_steal_pointer(&feed->current->error));
  return feed->current->more;
}

bool
line_feed_was_cut(const struct line_feed *feed)
{
  return stream_reader_was_cut(feed->reader);
}

guint64
line_feed_last_number(const struct line_feed *feed)
{
  return stream_reader_line_number(feed->reader);
}

void
line_feed_parse_ahead(struct line_feed *feed, bool worth)
{
  g_atomic_int_set(&feed->parse_ahead, worth);
}

const struct fact *
line_fact(struct line *line, GError **error)
{
  if (!line->fact.data && !line->error)
    stream_parse(line->text, line->length, &line->fact, &line->error);
  if (line->fact.data)
    return &line->fact;
  g_propagate_error(error, g_error_copy(line->error));
  return NULL;
}

void
line_feed_free(struct line_feed *feed)
{
  struct batch *batch;

  if (!feed)
    return;
  g_atomic_int_set(&feed->stop, 1);
  give_back(feed);
  /* The thread may be waiting for an empty batch. */
  while ((batch = g_async_queue_try_pop(feed->full)))
    g_async_queue_push(feed->empty, batch);
  g_thread_join(feed->thread);
  g_async_queue_unref(feed->empty);
  g_async_queue_unref(feed->full);
  for (size_t i = 0; i < BATCHES; i++)
    batch_clear(&feed->batches[i]);
  stream_reader_free(feed->reader);
  g_free(feed);
}
