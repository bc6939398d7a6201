/* SPDX-License-Identifier: Apache-2.0 */
/* Structs by their table of fields: made, and freed with all they own. */
#include "facts/shape.h"

#include "facts/shape_field.h"

#include <string.h>

G_DEFINE_QUARK(shape_error, shape_error)

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
      *(gint64 *)field_member(field, data) = FACT_UNKNOWN;
    else if (field->type == FIELD_LIST)
      *(GPtrArray **)field_member(field, data) = shape_list_new();
  }
  return data;
}

void
shape_free(const struct shape *shape, gpointer data)
{
  if (!data)
    return;
  shape_foreach(field, shape) {
    gpointer at = field_member(field, data);

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
