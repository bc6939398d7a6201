/* SPDX-License-Identifier: Apache-2.0 */
/* The limit of a field, and the words that refuse its value. */
#include "facts/shape_field.h"

size_t
field_max(const struct field *field)
{
  if (field->max)
    return field->max;
  return field->type == FIELD_LIST ? FIELD_LIST_MAX : FIELD_TEXT_MAX;
}

bool
field_refuse(const struct field *field, GError **error, const char *why)
{
  g_set_error(error, SHAPE_ERROR, SHAPE_ERROR_INVALID, "\"%s\" %s", field->name, why);
  return false;
}
