/* SPDX-License-Identifier: Apache-2.0 */
/* How long structs are as JSON, without writing it. */
#include "facts/shape.h"

#include "facts/shape_field.h"

#include <string.h>

#define NUMBER_SIZE sizeof("-9223372036854775808")
#define MARKS_SIZE  sizeof("\"\":,") /* of a key, and what follows its value */
#define BASE64_SIZE sizeof("{\"base64\":\"\"}")

/* jansson writes \u001f, and \n for some that are counted as long here. */
static gsize
text_size(const char *text, gsize length)
{
  gsize size = sizeof("\"\"") + length;

  for (gsize i = 0; i < length; i++) {
    guint8 byte = (guint8)text[i];

    if (byte < 0x20)
      size += strlen("\\u001f") - 1;
    else if (byte == '"' || byte == '\\')
      size++;
  }
  return size;
}

static gsize
octets_size(GBytes *octets)
{
  gsize length;
  const char *bytes = g_bytes_get_data(octets, &length);

  return octets_are_text(octets) ? text_size(bytes, length) : length / 3 * 4 + 4 + BASE64_SIZE;
}

static gsize
list_size(const struct shape *element, const GPtrArray *list)
{
  gsize size = sizeof("[]");

  for (guint i = 0; i < list->len; i++)
    size += shape_size(element, list->pdata[i]);
  return size;
}

/* 0 for what is absent. */
static gsize
value_size(const struct field *field, gconstpointer at)
{
  switch (field->type) {
  case FIELD_TEXT:
    return *(char *const *)at ? text_size(*(char *const *)at, strlen(*(char *const *)at)) : 0;
  case FIELD_OCTETS:
    return *(GBytes *const *)at ? octets_size(*(GBytes *const *)at) : 0;
  case FIELD_LIST:
    return *(GPtrArray *const *)at ? list_size(field->element, *(GPtrArray *const *)at) : 0;
  case FIELD_NUMBER:
  case FIELD_TRUTH:
    return *(const gint64 *)at >= 0 ? NUMBER_SIZE : 0;
  }
  g_assert_not_reached();
}

gsize
shape_size(const struct shape *shape, gconstpointer data)
{
  gsize size = sizeof("{},");

  shape_foreach(field, shape) {
    gsize value = value_size(field, field_member(field, data));

    size += value > 0 ? strlen(field->name) + MARKS_SIZE + value : 0;
  }
  return size;
}
