/* SPDX-License-Identifier: Apache-2.0 */
/* Structs held against their table of fields, by the rules of its strict reader. */
#include "facts/shape.h"

#include "facts/shape_field.h"

#include <string.h>

static bool
check_text(const struct field *field, const char *text, GError **error)
{
  if (strlen(text) > field_max(field))
    return field_refuse(field, error, "is too long");
  if (!g_utf8_validate(text, -1, NULL))
    return field_refuse(field, error, "is not UTF-8");
  if (field->words && !g_strv_contains(field->words, text))
    return field_refuse(field, error, "is not one of its words");
  return true;
}

static bool
check_list(const struct field *field, const GPtrArray *list, GError **error)
{
  if (list->len > field_max(field))
    return field_refuse(field, error, "has too many elements");
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
    return !field->required || field_refuse(field, error, "is missing");
  case FIELD_OCTETS:
    if (*(GBytes *const *)at && g_bytes_get_size(*(GBytes *const *)at) > field_max(field))
      return field_refuse(field, error, "is too long");
    return !field->required || *(GBytes *const *)at || field_refuse(field, error, "is missing");
  case FIELD_LIST:
    return !*(GPtrArray *const *)at || check_list(field, *(GPtrArray *const *)at, error);
  case FIELD_NUMBER:
  case FIELD_TRUTH:
    return !field->required || *(const gint64 *)at >= 0 || field_refuse(field, error, "is missing");
  }
  g_assert_not_reached();
}

bool
shape_check(const struct shape *shape, gconstpointer data, GError **error)
{
  shape_foreach(field, shape) {
    if (!check_field(field, field_member(field, data), error))
      return false;
  }
  return true;
}
