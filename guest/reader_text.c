/* SPDX-License-Identifier: Apache-2.0 */
/* JSON of shapes, duplicate keys refused. */
#include "guest/reader_text.h"

#include "guest/reader.h"

gpointer
reader_text_read(const struct shape *shape, const char *text, gsize length, GError **error)
{
  json_t *json = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);

  if (!json) {
    g_set_error_literal(error, READER_ERROR, READER_ERROR_ANSWER, "it is not JSON");
    return NULL;
  }
  gpointer data = shape_from_json(shape, json, error);
  json_decref(json);
  return data;
}
