/* SPDX-License-Identifier: Apache-2.0 */
/* Structs as JSON text by their table of fields: the same bytes for the same facts. */
#include "facts/shape.h"

#include "facts/shape_field.h"

#include <string.h>

/* What most facts fit into. */
#define TEXT_ROOM 4096

/* A byte that may not stand in a string as itself (RFC 8259, section 7). */
static void
write_escape(guint8 byte, GString *out)
{
  static const char letters[G_MAXUINT8 + 1] = {
      ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f',
      ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\'};

  if (letters[byte] == '\0') {
    g_string_append_printf(out, "\\u%04X", byte);
    return;
  }
  g_string_append_c(out, '\\');
  g_string_append_c(out, letters[byte]);
}

static gsize
plain_length(const char *text, gsize length)
{
  gsize plain = 0;

  while (plain < length && (guint8)text[plain] >= ' ' && text[plain] != '"' && text[plain] != '\\')
    plain++;
  return plain;
}

static void
write_string(const char *text, gsize length, GString *out)
{
  g_string_append_c(out, '"');
  for (;;) {
    gsize plain = plain_length(text, length);

    g_string_append_len(out, text, (gssize)plain);
    if (plain == length)
      break;
    write_escape((guint8)text[plain], out);
    text += plain + 1;
    length -= plain + 1;
  }
  g_string_append_c(out, '"');
}

static void
write_octets(GBytes *octets, GString *out)
{
  gsize size;
  const char *bytes = g_bytes_get_data(octets, &size);

  if (octets_are_text(octets)) {
    write_string(bytes, size, out);
    return;
  }
  g_autofree char *base64 = g_base64_encode((const guchar *)bytes, size);
  g_string_append(out, "{\"base64\":\"");
  g_string_append(out, base64);
  g_string_append(out, "\"}");
}

static void
write_number(gint64 number, GString *out)
{
  char digits[24];

  g_snprintf(digits, sizeof(digits), "%" G_GINT64_FORMAT, number);
  g_string_append(out, digits);
}

static void write_object(const struct shape *shape, gconstpointer data, GString *out);

static void
write_list(const struct shape *element, const GPtrArray *list, GString *out)
{
  for (guint i = 0; i < list->len; i++) {
    g_string_append_c(out, i == 0 ? '[' : ',');
    write_object(element, list->pdata[i], out);
  }
  g_string_append_c(out, ']');
}

/* A text that is not UTF-8, which nobody should have made, must not spoil the others. */
static bool
is_absent(const struct field *field, gconstpointer at)
{
  const GPtrArray *list;

  switch (field->type) {
  case FIELD_TEXT:
    return !*(char *const *)at || !g_utf8_validate(*(char *const *)at, -1, NULL);
  case FIELD_OCTETS:
    return !*(GBytes *const *)at;
  case FIELD_NUMBER:
  case FIELD_TRUTH:
    return *(const gint64 *)at < 0;
  case FIELD_LIST:
    list = *(GPtrArray *const *)at;
    return !list || list->len == 0;
  }
  g_assert_not_reached();
}

static void
write_value(const struct field *field, gconstpointer at, GString *out)
{
  switch (field->type) {
  case FIELD_TEXT:
    write_string(*(char *const *)at, strlen(*(char *const *)at), out);
    break;
  case FIELD_OCTETS:
    write_octets(*(GBytes *const *)at, out);
    break;
  case FIELD_NUMBER:
    write_number(*(const gint64 *)at, out);
    break;
  case FIELD_TRUTH:
    g_string_append(out, *(const gint64 *)at ? "true" : "false");
    break;
  case FIELD_LIST:
    write_list(field->element, *(GPtrArray *const *)at, out);
    break;
  }
}

/* What follows the brace of an object, up to its own; `separator` goes before the first key. */
static void
write_fields(const struct shape *shape, gconstpointer data, const char *separator, GString *out)
{
  shape_foreach(field, shape) {
    gconstpointer at = field_member(field, data);

    if (is_absent(field, at))
      continue;
    g_string_append(out, separator);
    g_string_append(out, field->name);
    g_string_append_len(out, "\":", 2);
    write_value(field, at, out);
    separator = ",\"";
  }
  g_string_append_c(out, '}');
}

static void
write_object(const struct shape *shape, gconstpointer data, GString *out)
{
  g_string_append_c(out, '{');
  write_fields(shape, data, "\"", out);
}

char *
shape_to_text(const struct shape *shape, gconstpointer data)
{
  GString *out = g_string_sized_new(TEXT_ROOM);

  write_object(shape, data, out);
  return g_string_free(out, FALSE);
}

char *
shape_list_to_text(const struct shape *element, const GPtrArray *list)
{
  GString *out = g_string_sized_new(TEXT_ROOM);

  write_list(element, list, out);
  return g_string_free(out, FALSE);
}

GString *
shape_to_line(const struct shape *shape, gconstpointer data)
{
  GString *out = g_string_sized_new(TEXT_ROOM);

  g_string_append(out, "{\"kind\":\"");
  g_string_append(out, shape->name);
  g_string_append_c(out, '"');
  write_fields(shape, data, ",\"", out);
  g_string_append_c(out, '\n');
  return out;
}
