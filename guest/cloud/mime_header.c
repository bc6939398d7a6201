/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of a MIME header, folded lines joined. */
#include "guest/cloud/mime_header.h"

#include <string.h>

#define DEFAULT_TYPE "text/plain"

bool
mime_header_next_line(struct text *rest, struct text *ret_line)
{
  if (rest->length == 0)
    return false;
  const char *end = memchr(rest->at, '\n', rest->length);
  gsize length = end ? (gsize)(end - rest->at) + 1 : rest->length;
  *ret_line = (struct text){rest->at, length};
  rest->at += length;
  rest->length -= length;
  return true;
}

static bool
is_empty_line(struct text line)
{
  return text_is(line, "\n") || text_is(line, "\r\n");
}

/* The length of a field's name at the start of a line; 0 when there is none. */
static gsize
name_length(struct text line)
{
  gsize length = 0;

  while (length < line.length && line.at[length] > ' ' && line.at[length] < 127 &&
         line.at[length] != ':')
    length++;
  return length < line.length && line.at[length] == ':' ? length : 0;
}

static bool
is_folded(struct text line)
{
  return line.length > 0 && (line.at[0] == ' ' || line.at[0] == '\t') && !is_empty_line(line);
}

/* Cut a field and the lines that go on with it; the blanks and line ends between become one. */
static bool
next_field(struct text *message, char **ret_name, char **ret_value)
{
  struct text rest = *message, line;

  if (!mime_header_next_line(&rest, &line))
    return false;
  gsize length = name_length(line);
  if (length == 0)
    return false;
  g_autoptr(GString) value =
      g_string_new_len(line.at + length + 1, (gssize)(line.length - length - 1));
  *ret_name = g_ascii_strdown(line.at, (gssize)length);
  *message = rest;
  while (mime_header_next_line(&rest, &line) && is_folded(line)) {
    g_string_append_len(value, line.at, (gssize)line.length);
    *message = rest;
  }
  *ret_value = g_strstrip(g_strndup(value->str, value->len));
  return true;
}

/* The length of a parameter: up to a ';' outside quotes. */
static gsize
parameter_length(const char *at)
{
  bool is_quoted = false;
  gsize length = 0;

  for (; at[length] && (is_quoted || at[length] != ';'); length++) {
    if (at[length] == '\\' && is_quoted && at[length + 1])
      length++;
    else if (at[length] == '"')
      is_quoted = !is_quoted;
  }
  return length;
}

static char *
unquote(const char *value)
{
  GString *plain = g_string_new(NULL);

  if (*value != '"')
    return g_string_free(g_string_append(plain, value), FALSE);
  for (value++; *value && *value != '"'; value++) {
    if (*value == '\\' && value[1])
      value++;
    g_string_append_c(plain, *value);
  }
  return g_string_free(plain, FALSE);
}

/* "boundary=X" of the parameters behind a type. */
static char *
find_boundary(const char *at)
{
  static const char name[] = "boundary=";

  while (*at == ';') {
    gsize length = parameter_length(++at);
    g_autofree char *parameter = g_strstrip(g_strndup(at, length));

    if (g_ascii_strncasecmp(parameter, name, strlen(name)) == 0)
      return unquote(parameter + strlen(name));
    at += length;
  }
  return NULL;
}

static void
take_type(struct mime_header *header, const char *value)
{
  gsize length = parameter_length(value);
  g_autofree char *type = g_strstrip(g_ascii_strdown(value, (gssize)length));
  const char *slash = strchr(type, '/');

  g_free(header->type);
  g_free(header->boundary);
  header->type = g_strdup(slash && !strchr(slash + 1, '/') ? type : DEFAULT_TYPE);
  header->boundary = find_boundary(value + length);
}

static void
take_field(struct mime_header *header, const char *name, const char *value)
{
  if (strcmp(name, "content-type") == 0 && !header->type)
    take_type(header, value);
  else if (strcmp(name, "content-transfer-encoding") == 0 && !header->encoding)
    header->encoding = g_ascii_strdown(value, -1);
  else if (g_str_has_suffix(name, "merge-type") && !header->merge_type)
    header->merge_type = g_strdup(value);
}

void
mime_header_parse(struct text *message, struct mime_header *ret_header)
{
  struct mime_header header = {0};
  struct text rest = *message, line;
  char *name, *value;

  /* The envelope of a mailbox, which some tools write before the header. */
  line = rest;
  if (text_skip(&line, "From "))
    mime_header_next_line(&rest, &line);
  while (next_field(&rest, &name, &value)) {
    take_field(&header, name, value);
    g_free(name);
    g_free(value);
  }
  *message = rest;
  /* A line that is no field begins the body, even without the empty line before it. */
  if (mime_header_next_line(&rest, &line) && is_empty_line(line))
    *message = rest;
  if (!header.type)
    header.type = g_strdup(DEFAULT_TYPE);
  *ret_header = header;
}

void
mime_header_clear(struct mime_header *header)
{
  g_clear_pointer(&header->type, g_free);
  g_clear_pointer(&header->boundary, g_free);
  g_clear_pointer(&header->encoding, g_free);
  g_clear_pointer(&header->merge_type, g_free);
}
