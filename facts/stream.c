/* SPDX-License-Identifier: Apache-2.0 */
/* Facts as JSON Lines: one writer, one strict reader. */
#include "facts/stream.h"

#include "facts/domain.h"
#include "facts/guest.h"
#include "facts/hypervisor.h"
#include "facts/image.h"

#include <errno.h>
#include <string.h>

G_DEFINE_QUARK(stream_error, stream_error)

static const struct shape *const shapes[FACT_KINDS] = {
    [FACT_COLLECTION] = &collection_shape,
    [FACT_HYPERVISOR] = &hypervisor_shape,
    [FACT_DOMAIN] = &domain_shape,
    [FACT_IMAGE] = &image_shape,
    [FACT_GUEST] = &guest_shape,
    [FACT_NOTE] = &note_shape,
    [FACT_GONE] = &gone_shape,
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
  GString *line = shape_to_line(fact_shape(kind), data);
  bool written = fwrite_unlocked(line->str, 1, line->len, out) == line->len;
  int saved_errno = errno;

  g_string_free(line, TRUE);
  if (!written)
    g_set_error(error, STREAM_ERROR, STREAM_ERROR_IO, "cannot write facts: %s",
                g_strerror(saved_errno));
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

static const char kind_prefix[] = "{\"kind\":\"";
#define KIND_AT       (sizeof(kind_prefix) - 1)
#define KIND_WORD_MAX 16

enum fact_kind
stream_guess_kind(const char *line, size_t length)
{
  char word[KIND_WORD_MAX + 1];

  if (length < KIND_AT + KIND_WORD_MAX || memcmp(line, kind_prefix, KIND_AT) != 0)
    return FACT_KINDS;
  memcpy(word, line + KIND_AT, KIND_WORD_MAX);
  word[KIND_WORD_MAX] = '\0';
  word[strcspn(word, "\"")] = '\0';
  return kind_from_word(word);
}

/* A text that stands between quotes at the beginning of `rest`, which then begins after it. */
static bool
guess_text(struct stream_text *rest, struct stream_text *ret_text)
{
  const char *quote;

  if (rest->length < 2 || *rest->text != '"')
    return false;
  quote = memchr(rest->text + 1, '"', rest->length - 1);
  if (!quote)
    return false;
  *ret_text = (struct stream_text){rest->text + 1, (size_t)(quote - rest->text) - 1};
  rest->length -= ret_text->length + 2;
  rest->text = quote + 1;
  return !memchr(ret_text->text, '\\', ret_text->length);
}

static bool
guess_mark(struct stream_text *rest, char mark)
{
  if (rest->length == 0 || *rest->text != mark)
    return false;
  rest->text++;
  rest->length--;
  return true;
}

bool
stream_guess_texts(const char *line, size_t length, struct stream_text *ret_texts, size_t count)
{
  struct stream_text rest = {line, length}, word;

  if (!guess_mark(&rest, '{') || !guess_text(&rest, &word) || !guess_mark(&rest, ':') ||
      !guess_text(&rest, &word))
    return false;
  for (size_t i = 0; i < count; i++)
    if (!guess_mark(&rest, ',') || !guess_text(&rest, &word) || !guess_mark(&rest, ':') ||
        !guess_text(&rest, &ret_texts[i]))
      return false;
  return true;
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

/*
 * New. jansson may quote the line, and so whatever a guest has put there, cut anywhere. The text is
 * kept in the ledger, which wants text without control bytes; who prints it escapes the rest.
 */
static char *
clean_text(const char *text)
{
  char *clean = g_utf8_make_valid(text, -1);

  for (char *byte = clean; *byte; byte++)
    if (g_ascii_iscntrl(*byte))
      *byte = '?';
  return clean;
}

bool
stream_parse(const char *line, size_t length, struct fact *ret_fact, GError **error)
{
  json_error_t why;
  json_t *object = json_loadb(line, length, JSON_REJECT_DUPLICATES, &why);

  if (!object) {
    g_autofree char *text = clean_text(why.text);
    g_set_error(error, STREAM_ERROR, STREAM_ERROR_SYNTAX, "it is not JSON: %s (byte %d)", text,
                why.position);
    return false;
  }
  bool parsed = parse_object(object, ret_fact, error);
  json_decref(object);
  return parsed;
}
