/* SPDX-License-Identifier: Apache-2.0 */
/* Facts as JSON Lines: one writer, one strict reader. */
#include "facts/stream.h"

#include "facts/domain.h"
#include "facts/guest.h"
#include "facts/hypervisor.h"
#include "facts/image.h"

#include <errno.h>
#include <string.h>

G_DEFINE_QUARK(stream-error-quark, stream_error)

static const struct shape *const shapes[FACT_KINDS] = {
    [FACT_COLLECTION] = &collection_shape, [FACT_HYPERVISOR] = &hypervisor_shape,
    [FACT_DOMAIN] = &domain_shape,         [FACT_IMAGE] = &image_shape,
    [FACT_GUEST] = &guest_shape,           [FACT_NOTE] = &note_shape,
    [FACT_END] = &end_shape,
};

const struct shape *
fact_shape(enum fact_kind kind)
{
  return shapes[kind];
}

void
fact_clear(struct fact *fact)
{
  if (fact->data)
    shape_free(fact_shape(fact->kind), g_steal_pointer(&fact->data));
}

bool
stream_write(FILE *out, enum fact_kind kind, gconstpointer data, GError **error)
{
  json_t *line = json_pack("{s:s}", "kind", fact_shape(kind)->name);
  json_t *fact = shape_to_json(fact_shape(kind), data);

  json_object_update_new(line, fact);
  bool written = json_dumpf(line, out, JSON_COMPACT) == 0 && putc_unlocked('\n', out) != EOF;
  int saved_errno = errno;
  json_decref(line);
  if (!written)
    g_set_error(error, STREAM_ERROR, STREAM_ERROR_IO, "cannot write facts: %s", g_strerror(saved_errno));
  return written;
}

static enum fact_kind
kind_from_word(const char *word)
{
  enum fact_kind kind = 0;

  while (kind < FACT_KINDS && (!word || strcmp(shapes[kind]->name, word) != 0))
    kind++;
  return kind;
}

enum fact_kind
stream_guess_kind(const char *line, size_t length)
{
  static const char prefix[] = "{\"kind\":\"";
  const size_t at = sizeof prefix - 1;
  char word[16];

  if (length < at + sizeof word || memcmp(line, prefix, at) != 0)
    return FACT_KINDS;
  memcpy(word, line + at, sizeof word - 1);
  word[sizeof word - 1] = '\0';
  word[strcspn(word, "\"")] = '\0';
  return kind_from_word(word);
}

static bool
parse_object(const json_t *object, struct fact *ret_fact, GError **error)
{
  const char *word = json_string_value(json_object_get(object, "kind"));
  enum fact_kind kind = kind_from_word(word);

  if (kind == FACT_KINDS) {
    g_set_error(error, STREAM_ERROR, STREAM_ERROR_SYNTAX, "it has no known \"kind\"");
    return false;
  }
  gpointer data = shape_from_json(shapes[kind], object, error);
  if (!data)
    return false;
  *ret_fact = (struct fact){kind, data};
  return true;
}

bool
stream_parse(const char *line, size_t length, struct fact *ret_fact, GError **error)
{
  json_error_t why;
  json_t *object = json_loadb(line, length, JSON_REJECT_DUPLICATES, &why);

  if (!object) {
    g_autofree char *text = g_utf8_make_valid(why.text, -1);
    g_set_error(error, STREAM_ERROR, STREAM_ERROR_SYNTAX, "it is not JSON: %s (byte %d)", text, why.position);
    return false;
  }
  bool parsed = parse_object(object, ret_fact, error);
  json_decref(object);
  return parsed;
}

struct stream_reader {
  FILE *in;
  char *buffer;
  size_t size; /* of the buffer, which grows up to STREAM_LINE_MAX */
  guint64 line_number;
  bool cut;
};

struct stream_reader *
stream_reader_new(FILE *in)
{
  struct stream_reader *reader = g_new0(struct stream_reader, 1);

  reader->in = in;
  reader->size = 64 * 1024;
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

/* Room for more of a line that fills the buffer. False when it may not grow. */
static bool
grow(struct stream_reader *reader)
{
  if (reader->size >= STREAM_LINE_MAX)
    return false;
  reader->size *= 2;
  reader->buffer = g_realloc(reader->buffer, reader->size);
  return true;
}

static int
too_long(const struct stream_reader *reader, GError **error)
{
  g_set_error(error, STREAM_ERROR, STREAM_ERROR_TOO_LONG, "line %" G_GUINT64_FORMAT " is longer than %zu MiB",
              reader->line_number, STREAM_LINE_MAX >> 20);
  return -1;
}

int
stream_reader_next(struct stream_reader *reader, const char **ret_line, size_t *ret_length, GError **error)
{
  size_t length = 0;
  int c;

  reader->line_number++;
  while ((c = getc_unlocked(reader->in)) != EOF && c != '\n') {
    if (length == reader->size && !grow(reader))
      return too_long(reader, error);
    reader->buffer[length++] = (char)c;
  }
  if (c == '\n') {
    *ret_line = reader->buffer;
    *ret_length = length;
    return 1;
  }
  if (ferror(reader->in)) {
    g_set_error(error, STREAM_ERROR, STREAM_ERROR_IO, "cannot read facts: %s", g_strerror(errno));
    return -1;
  }
  reader->cut = length > 0;
  return 0;
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
