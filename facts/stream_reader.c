/* SPDX-License-Identifier: Apache-2.0 */
/* Lines out of a buffer that grows with the longest of them. */
#include "facts/stream_reader.h"

#include <errno.h>
#include <string.h>

struct stream_reader {
  FILE *in;
  char *buffer;
  size_t size;         /* of the buffer, which grows up to STREAM_LINE_MAX */
  size_t begin, end;   /* of what was read and not yet given out */
  guint64 line_number; /* of the line given out last */
  bool cut;
};

#define BUFFER_SIZE ((size_t)256 * 1024)

struct stream_reader *
stream_reader_new(FILE *in)
{
  struct stream_reader *reader = g_new0(struct stream_reader, 1);

  reader->in = in;
  reader->size = BUFFER_SIZE;
  reader->buffer = g_malloc(reader->size);
  return reader;
}

void
stream_reader_free(struct stream_reader *reader)
{
  if (!reader)
    return;
  g_free(reader->buffer);
  g_free(reader);
}

/* Room behind what is not yet given out. False when a line would become too long. */
static bool
make_room(struct stream_reader *reader)
{
  if (reader->begin > 0) {
    memmove(reader->buffer, reader->buffer + reader->begin, reader->end - reader->begin);
    reader->end -= reader->begin;
    reader->begin = 0;
  }
  if (reader->end < reader->size)
    return true;
  if (reader->size >= STREAM_LINE_MAX)
    return false;
  reader->size *= 2;
  reader->buffer = g_realloc(reader->buffer, reader->size);
  return true;
}

static int
too_long(const struct stream_reader *reader, GError **error)
{
  g_set_error(error, STREAM_ERROR, STREAM_ERROR_TOO_LONG,
              "line %" G_GUINT64_FORMAT " is longer than %zu MiB", reader->line_number + 1,
              STREAM_LINE_MAX >> 20);
  return -1;
}

static int
finish(struct stream_reader *reader, int saved_errno, GError **error)
{
  if (ferror(reader->in)) {
    g_set_error(error, STREAM_ERROR, STREAM_ERROR_IO, "cannot read facts: %s",
                g_strerror(saved_errno));
    return -1;
  }
  reader->cut = reader->end > reader->begin;
  return 0;
}

/* More bytes behind those that hold no newline. Returns as stream_reader_next(). */
static int
fill(struct stream_reader *reader, GError **error)
{
  size_t count;

  if (!make_room(reader))
    return too_long(reader, error);
  count = fread_unlocked(reader->buffer + reader->end, 1, reader->size - reader->end, reader->in);
  if (count == 0)
    return finish(reader, errno, error);
  reader->end += count;
  return 1;
}

int
stream_reader_next(struct stream_reader *reader, const char **ret_line, size_t *ret_length,
                   GError **error)
{
  size_t searched = 0; /* bytes from `begin` on that hold no newline */
  const char *newline;

  while (!(newline = memchr(reader->buffer + reader->begin + searched, '\n',
                            reader->end - reader->begin - searched))) {
    searched = reader->end - reader->begin;
    int more = fill(reader, error);
    if (more <= 0)
      return more;
  }
  *ret_line = reader->buffer + reader->begin;
  *ret_length = (size_t)(newline - *ret_line);
  reader->begin += *ret_length + 1;
  reader->line_number++;
  return 1;
}

bool
stream_reader_was_cut(const struct stream_reader *reader)
{
  return reader->cut;
}

guint64
stream_reader_line_number(const struct stream_reader *reader)
{
  return reader->line_number;
}
