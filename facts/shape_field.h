/* SPDX-License-Identifier: Apache-2.0 */
/* One field of a shape, for those in this folder who go through its table. */
#pragma once

#include "facts/shape.h"

#define shape_foreach(field, shape)                                                                \
  for (const struct field *field = (shape)->fields; field->name; field++)

/* Where the member of a struct is: a char **, gint64 *, … by the field's type. */
static inline gpointer
field_member(const struct field *field, gconstpointer data)
{
  return (char *)data + field->offset;
}

/* Its limit, or the default of its type. */
size_t field_max(const struct field *field);

/* Always false, with SHAPE_ERROR_INVALID: the field's name, and `why` as the rest of a sentence. */
bool field_refuse(const struct field *field, GError **error, const char *why);
