/* SPDX-License-Identifier: Apache-2.0 */
/* What a table of fields says, done: free, write as JSON, read and validate from JSON. */
#include "facts/shape.h"

#include <string.h>

G_DEFINE_QUARK(shape_error, shape_error)

#define shape_foreach(field, shape)                                                                \
  for (const struct field *field = (shape)->fields; field->name; field++)

static gpointer
member(const struct field *field, gconstpointer data)
{
  return (char *)data + field->offset;
}

static size_t
field_max(const struct field *field)
{
  if (field->max)
    return field->max;
  return field->type == FIELD_LIST ? FIELD_LIST_MAX : FIELD_TEXT_MAX;
}

/* A list's free function sees no shape, so every element is preceded by its own. */
struct element {
  const struct shape *shape;
  max_align_t data[];
};

static struct element *
element_of(gpointer data)
{
  return (struct element *)((char *)data - offsetof(struct element, data));
}

static void
element_free(gpointer data)
{
  if (data)
    shape_free(element_of(data)->shape, data);
}

GPtrArray *
shape_list_new(void)
{
  return g_ptr_array_new_with_free_func(element_free);
}

gpointer
shape_new(const struct shape *shape)
{
  struct element *element = g_malloc0(offsetof(struct element, data) + shape->size);
  gpointer data = element->data;

  element->shape = shape;
  shape_foreach(field, shape) {
    if (field->type == FIELD_NUMBER || field->type == FIELD_TRUTH)
      *(gint64 *)member(field, data) = FACT_UNKNOWN;
    else if (field->type == FIELD_LIST)
      *(GPtrArray **)member(field, data) = shape_list_new();
  }
  return data;
}

void
shape_free(const struct shape *shape, gpointer data)
{
  if (!data)
    return;
  shape_foreach(field, shape) {
    gpointer at = member(field, data);

    if (field->type == FIELD_TEXT)
      g_free(*(char **)at);
    else if (field->type == FIELD_OCTETS)
      g_clear_pointer((GBytes **)at, g_bytes_unref);
    else if (field->type == FIELD_LIST)
      g_clear_pointer((GPtrArray **)at, g_ptr_array_unref);
  }
  g_free(element_of(data));
}

GBytes *
octets_new(const char *text)
{
  return text ? g_bytes_new(text, strlen(text)) : NULL;
}

bool
octets_are_text(GBytes *octets)
{
  gsize size;
  const char *bytes = g_bytes_get_data(octets, &size);

  return size == 0 || g_utf8_validate_len(bytes, size, NULL);
}

static json_t *
octets_to_json(GBytes *octets)
{
  gsize size;
  const char *bytes = g_bytes_get_data(octets, &size);

  if (octets_are_text(octets))
    return json_stringn(bytes ? bytes : "", size);
  g_autofree char *base64 = g_base64_encode((const guchar *)bytes, size);
  return json_pack("{s:s}", "base64", base64);
}

static json_t *
list_to_json(const struct shape *element, GPtrArray *list)
{
  if (!list || list->len == 0)
    return NULL;
  json_t *array = json_array();
  for (guint i = 0; i < list->len; i++)
    json_array_append_new(array, shape_to_json(element, list->pdata[i]));
  return array;
}

static json_t *
field_to_json(const struct field *field, gconstpointer data)
{
  gpointer at = member(field, data);
  gint64 number;

  switch (field->type) {
  case FIELD_TEXT:
    return *(char **)at ? json_string(*(char **)at) : NULL;
  case FIELD_OCTETS:
    return *(GBytes **)at ? octets_to_json(*(GBytes **)at) : NULL;
  case FIELD_NUMBER:
    number = *(gint64 *)at;
    return number >= 0 ? json_integer(number) : NULL;
  case FIELD_TRUTH:
    number = *(gint64 *)at;
    return number >= 0 ? json_boolean(number) : NULL;
  case FIELD_LIST:
    return list_to_json(field->element, *(GPtrArray **)at);
  }
  g_assert_not_reached();
}

json_t *
shape_to_json(const struct shape *shape, gconstpointer data)
{
  json_t *object = json_object();

  shape_foreach(field, shape) {
    json_t *value = field_to_json(field, data);

    if (value) {
      int failed = json_object_set_new(object, field->name, value);
      g_assert(!failed);
    }
  }
  return object;
}

static bool
refuse(const struct field *field, GError **error, const char *why)
{
  g_set_error(error, SHAPE_ERROR, SHAPE_ERROR_INVALID, "\"%s\" %s", field->name, why);
  return false;
}

static bool
read_text(const struct field *field, const json_t *value, gpointer at, GError **error)
{
  if (!json_is_string(value))
    return refuse(field, error, "is not a string");
  if (json_string_length(value) > field_max(field))
    return refuse(field, error, "is too long");
  const char *text = json_string_value(value);
  if (field->words && !g_strv_contains(field->words, text))
    return refuse(field, error, "is not one of its words");
  *(char **)at = g_strdup(text);
  return true;
}

static bool
read_base64(const struct field *field, const json_t *value, gpointer at, GError **error)
{
  const json_t *base64 = json_object_get(value, "base64");
  gsize size;

  if (json_object_size(value) != 1 || !json_is_string(base64))
    return refuse(field, error, "is neither a string nor an object with base64 alone");
  if (json_string_length(base64) > field_max(field) / 3 * 4 + 4)
    return refuse(field, error, "is too long");
  guchar *bytes = g_base64_decode(json_string_value(base64), &size);
  g_autoptr(GBytes) octets = g_bytes_new_take(bytes, size);
  g_autofree char *again = g_base64_encode(bytes, size);
  if (strcmp(again, json_string_value(base64)) != 0)
    return refuse(field, error, "is not base64");
  if (size > field_max(field))
    return refuse(field, error, "is too long");
  *(GBytes **)at = g_steal_pointer(&octets);
  return true;
}

static bool
read_octets(const struct field *field, const json_t *value, gpointer at, GError **error)
{
  if (!json_is_string(value))
    return read_base64(field, value, at, error);
  if (json_string_length(value) > field_max(field))
    return refuse(field, error, "is too long");
  *(GBytes **)at = g_bytes_new(json_string_value(value), json_string_length(value));
  return true;
}

static bool
read_number(const struct field *field, const json_t *value, gpointer at, GError **error)
{
  if (!json_is_integer(value) || json_integer_value(value) < 0)
    return refuse(field, error, "is not a whole number from 0 on");
  *(gint64 *)at = json_integer_value(value);
  return true;
}

static bool
read_truth(const struct field *field, const json_t *value, gpointer at, GError **error)
{
  if (!json_is_boolean(value))
    return refuse(field, error, "is neither true nor false");
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
    return refuse(field, error, "is not a list");
  if (json_array_size(value) > field_max(field))
    return refuse(field, error, "has too many elements");
  json_array_foreach((json_t *)value, i, element)
  {
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
        return refuse(field, error, "is missing");
      continue;
    }
    known++;
    if (!field_reads[field->type](field, value, member(field, data), error))
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

static bool
check_text(const struct field *field, const char *text, GError **error)
{
  if (strlen(text) > field_max(field))
    return refuse(field, error, "is too long");
  if (!g_utf8_validate(text, -1, NULL))
    return refuse(field, error, "is not UTF-8");
  if (field->words && !g_strv_contains(field->words, text))
    return refuse(field, error, "is not one of its words");
  return true;
}

static bool
check_list(const struct field *field, const GPtrArray *list, GError **error)
{
  if (list->len > field_max(field))
    return refuse(field, error, "has too many elements");
  for (guint i = 0; i < list->len; i++) {
    if (shape_check(field->element, list->pdata[i], error))
      continue;
    g_prefix_error(error, "\"%s\"[%u]: ", field->name, i);
    return false;
  }
  return true;
}

static bool
check_field(const struct field *field, gconstpointer at, GError **error)
{
  switch (field->type) {
  case FIELD_TEXT:
    if (*(char *const *)at)
      return check_text(field, *(char *const *)at, error);
    return !field->required || refuse(field, error, "is missing");
  case FIELD_OCTETS:
    if (*(GBytes *const *)at && g_bytes_get_size(*(GBytes *const *)at) > field_max(field))
      return refuse(field, error, "is too long");
    return !field->required || *(GBytes *const *)at || refuse(field, error, "is missing");
  case FIELD_LIST:
    return !*(GPtrArray *const *)at || check_list(field, *(GPtrArray *const *)at, error);
  case FIELD_NUMBER:
  case FIELD_TRUTH:
    return !field->required || *(const gint64 *)at >= 0 || refuse(field, error, "is missing");
  }
  g_assert_not_reached();
}

bool
shape_check(const struct shape *shape, gconstpointer data, GError **error)
{
  shape_foreach(field, shape) {
    if (!check_field(field, member(field, data), error))
      return false;
  }
  return true;
}
