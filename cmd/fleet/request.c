/* SPDX-License-Identifier: Apache-2.0 */
/* Requests as JSON, by a table of their keys. */
#include "cmd/fleet/request.h"

#include <stddef.h>

G_DEFINE_QUARK(request_error, request_error)

#define REQUEST_MAX ((size_t)1 << 20)

#define AT(member) offsetof(struct request_word, member)
static const struct field request_word_fields[] = {
    {"text", FIELD_TEXT, AT(text), .required = true},
    {0},
};
#undef AT
const struct shape request_word_shape = {"word", sizeof(struct request_word), request_word_fields};

#define AT(member) offsetof(struct request, member)
static const struct field request_fields[] = {
    {"uri", FIELD_TEXT, AT(uri)},
    {"domains", FIELD_LIST, AT(domains), .element = &request_word_shape},
    {"templates", FIELD_LIST, AT(templates), .element = &request_word_shape},
    {"roads", FIELD_TEXT, AT(roads)},
    {"narrowed", FIELD_TRUTH, AT(narrowed)},
    {"gone", FIELD_TRUTH, AT(gone)},
    {"check", FIELD_TRUTH, AT(check)},
    {"deadline", FIELD_NUMBER, AT(deadline)},
    {"guest_deadline", FIELD_NUMBER, AT(guest_deadline)},
    {"readers", FIELD_NUMBER, AT(readers)},
    {"agents", FIELD_NUMBER, AT(agents)},
    {0},
};
#undef AT
const struct shape request_shape = {"request", sizeof(struct request), request_fields};

void
request_add_words(GPtrArray *list, const char *const *texts)
{
  for (; texts && *texts; texts++) {
    struct request_word *word = request_word_new();

    word->text = g_strdup(*texts);
    g_ptr_array_add(list, word);
  }
}

const char **
request_texts(const GPtrArray *list)
{
  if (list->len == 0)
    return NULL;
  const char **texts = g_new0(const char *, list->len + 1);
  for (guint i = 0; i < list->len; i++)
    texts[i] = ((const struct request_word *)list->pdata[i])->text;
  return texts;
}

bool
request_write(const struct request *request, FILE *out)
{
  g_autofree char *text = shape_to_text(&request_shape, request);

  return fputs(text, out) != EOF && fflush(out) == 0;
}

struct request *
request_read(FILE *in, GError **error)
{
  g_autofree char *text = g_malloc(REQUEST_MAX + 1);
  size_t length = fread(text, 1, REQUEST_MAX + 1, in);
  json_error_t why;

  if (ferror(in) || length > REQUEST_MAX) {
    g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_READ, "the request %s",
                ferror(in) ? "cannot be read" : "is longer than 1 MiB");
    return NULL;
  }
  json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, &why);
  if (!object) {
    g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_SYNTAX,
                "the request is not one JSON object (byte %d)", why.position);
    return NULL;
  }
  struct request *request = shape_from_json(&request_shape, object, error);
  json_decref(object);
  if (!request)
    g_prefix_error(error, "the request: ");
  return request;
}
