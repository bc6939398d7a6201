/* SPDX-License-Identifier: Apache-2.0 */
/* Structs from JSON by their table of fields, strictly. */
#include "facts/shape.h"

#include "facts/shape_field.h"

#include <string.h>

static bool
read_text(const struct field *field, const json_t *value, gpointer at, GError **error)
{
  if (!json_is_string(value))
    return field_refuse(field, error, "is not a string");
  if (json_string_length(value) > field_max(field))
    return field_refuse(field, error, "is too long");
  const char *text = json_string_value(value);
  if (field->words && !g_strv_contains(field->words, text))
    return field_refuse(field, error, "is not one of its words");
  *(char **)at = g_strdup(text);
  return true;
}

static bool
read_base64(const struct field *field, const json_t *value, gpointer at, GError **error)
{
  const json_t *base64 = json_object_get(value, "base64");
  gsize size;

  if (json_object_size(value) != 1 || !json_is_string(base64))
    return field_refuse(field, error, "is neither a string nor an object with base64 alone");
  if (json_string_length(base64) > field_max(field) / 3 * 4 + 4)
    return field_refuse(field, error, "is too long");
  guchar *bytes = g_base64_decode(json_string_value(base64), &size);
  g_autoptr(GBytes) octets = g_bytes_new_take(bytes, size);
  g_autofree char *again = g_base64_encode(bytes, size);
  if (strcmp(again, json_string_value(base64)) != 0)
    return field_refuse(field, error, "is not base64");
  if (size > field_max(field))
    return field_refuse(field, error, "is too long");
  *(GBytes **)at = g_steal_pointer(&octets);
  return true;
}

static bool
read_octets(const struct field *field, const json_t *value, gpointer at, GError **error)
{
  if (!json_is_string(value))
    return read_base64(field, value, at, error);
  if (json_string_length(value) > field_max(field))
    return field_refuse(field, error, "is too long");
  *(GBytes **)at = g_bytes_new(json_string_value(value), json_string_length(value));
  return true;
}

static bool
read_number(const struct field *field, const json_t *value, gpointer at, GError **error)
{
  if (!json_is_integer(value) || json_integer_value(value) < 0)
    return field_refuse(field, error, "is not a whole number from 0 on");
  *(gint64 *)at = json_integer_value(value);
  return true;
}

static bool
read_truth(const struct field *field, const json_t *value, gpointer at, GError **error)
{
  if (!json_is_boolean(value))
    return field_refuse(field, error, "is neither true nor false");
  *(gint64 *)at = json_is_true(value);
  return true;
}

static bool
read_list(const struct field *field, const json_t *value, gpointer at, GError **error)
{
  GPtrArray *list = *(GPtrArray **)at;
  json_t *element;
  size_t i;

  if (!json_is_array(value))
    return field_refuse(field, error, "is not a list");
  if (json_array_size(value) > field_max(field))
    return field_refuse(field, error, "has too many elements");
  json_array_foreach((json_t *)value, i, element) {
    gpointer data = shape_from_json(field->element, element, error);

    if (!data) {
      g_prefix_error(error, "\"%s\"[%zu]: ", field->name, i);
      return false;
    }
    g_ptr_array_add(list, data);
  }
  return true;
}

typedef bool (*field_read)(const struct field *, const json_t *, gpointer, GError **);

static const field_read field_reads[] = {
    [FIELD_TEXT] = read_text,   [FIELD_OCTETS] = read_octets, [FIELD_NUMBER] = read_number,
    [FIELD_TRUTH] = read_truth, [FIELD_LIST] = read_list,
};

/* A line's kind is a key of its object, but no field, unless the struct has one of that name. */
static bool
is_line_kind(const struct shape *shape, const json_t *object)
{
  shape_foreach(field, shape)
    if (strcmp(field->name, "kind") == 0)
      return false;
  return json_object_get(object, "kind");
}

static bool
read_fields(const struct shape *shape, const json_t *object, gpointer data, GError **error)
{
  size_t known = 0;

  shape_foreach(field, shape) {
    const json_t *value = json_object_get(object, field->name);

    if (!value) {
      if (field->required)
        return field_refuse(field, error, "is missing");
      continue;
    }
    known++;
    if (!field_reads[field->type](field, value, field_member(field, data), error))
      return false;
  }
  if (known == json_object_size(object) ||
      (known + 1 == json_object_size(object) && is_line_kind(shape, object)))
    return true;
  g_set_error(error, SHAPE_ERROR, SHAPE_ERROR_INVALID,
              "\"%s\" has a key that this version does not know", shape->name);
  return false;
}

gpointer
shape_from_json(const struct shape *shape, const json_t *object, GError **error)
{
  if (!json_is_object(object)) {
    g_set_error(error, SHAPE_ERROR, SHAPE_ERROR_INVALID, "\"%s\" is not an object", shape->name);
    return NULL;
  }
  gpointer data = shape_new(shape);
  if (read_fields(shape, object, data, error))
    return data;
  shape_free(shape, data);
  return NULL;
}
