/* SPDX-License-Identifier: Apache-2.0 */
/* Walking through the parts of a MIME message, and undoing their transfer encodings. */
#include "guest/cloud/mime.h"

#include "guest/cloud/mime_header.h"

#include <string.h>

G_DEFINE_QUARK(mime_error, mime_error)

struct walk {
  mime_visit visit;
  gpointer data;
  guint parts, depth;
};

static bool walk_part(struct walk *walk, struct text message, GError **error);

static bool
fail(GError **error, enum mime_error code, const char *why)
{
  g_set_error_literal(error, MIME_ERROR, code, why);
  return false;
}

static SecretString *
decode_base64(struct text body)
{
  GString *decoded = g_string_sized_new(body.length / 4 * 3 + 3);
  gint state = 0;
  guint save = 0;

  decoded->len = g_base64_decode_step(body.at, body.length, (guchar *)decoded->str, &state, &save);
  decoded->str[decoded->len] = '\0';
  return decoded;
}

/* The byte that "=XX" at the start of `rest` stands for; -1 when it is no such thing. */
static int
quoted_byte(struct text rest)
{
  if (rest.length < 3 || !g_ascii_isxdigit(rest.at[1]) || !g_ascii_isxdigit(rest.at[2]))
    return -1;
  return g_ascii_xdigit_value(rest.at[1]) << 4 | g_ascii_xdigit_value(rest.at[2]);
}

static SecretString *
decode_quoted_printable(struct text body)
{
  GString *decoded = g_string_sized_new(body.length);

  while (body.length > 0) {
    gsize used = 1;
    int byte = body.at[0] == '=' ? quoted_byte(body) : -1;

    if (byte >= 0) {
      g_string_append_c(decoded, (char)byte);
      used = 3;
    } else if (text_skip(&body, "=\r\n") || text_skip(&body, "=\n")) {
      continue;
    } else {
      g_string_append_c(decoded, body.at[0]);
    }
    body.at += used;
    body.length -= used;
  }
  return decoded;
}

static SecretString *
decode_nothing(struct text body)
{
  GString *plain = g_string_sized_new(body.length);

  return g_string_append_len(plain, body.at, (gssize)body.length);
}

/* Every other one, known or not, leaves the body as it is. */
static const struct encoding {
  const char *name;
  SecretString *(*decode)(struct text body);
} encodings[] = {
    {"base64", decode_base64},
    {"quoted-printable", decode_quoted_printable},
};

static SecretString *
decode(const char *name, struct text body)
{
  for (guint i = 0; name && i < G_N_ELEMENTS(encodings); i++)
    if (strcmp(name, encodings[i].name) == 0)
      return encodings[i].decode(body);
  return decode_nothing(body);
}

static bool
walk_leaf(struct walk *walk, const struct mime_header *header, struct text body, GError **error)
{
  g_autoptr(SecretString) decoded = decode(header->encoding, body);

  if (++walk->parts > MIME_PARTS_MAX)
    return fail(error, MIME_ERROR_TOO_LARGE, "too many parts");
  struct mime_part part = {header->type, header->merge_type, secret_string_text(decoded)};
  return walk->visit(&part, walk->data, error);
}

/* Whether a line is the boundary; with "--" behind it, it is the last one. */
static bool
is_boundary(struct text line, const char *boundary, bool *ret_is_last)
{
  if (!text_skip(&line, "--") || !text_skip(&line, boundary))
    return false;
  *ret_is_last = text_skip(&line, "--");
  while (line.length > 0 && strchr(" \t\r\n", line.at[0])) {
    line.at++;
    line.length--;
  }
  return line.length == 0;
}

/* The line end before a boundary belongs to that. */
static struct text
without_line_end(struct text text)
{
  if (text.length > 0 && text.at[text.length - 1] == '\n')
    text.length--;
  if (text.length > 0 && text.at[text.length - 1] == '\r')
    text.length--;
  return text;
}

static bool
walk_multipart(struct walk *walk, const char *boundary, struct text body, GError **error)
{
  struct text line, rest = body;
  const char *part = NULL; /* where the part begins; NULL in what stands before the first one */
  bool is_last = false;

  while (!is_last && mime_header_next_line(&rest, &line)) {
    if (!is_boundary(line, boundary, &is_last))
      continue;
    if (part &&
        !walk_part(walk, without_line_end((struct text){part, (gsize)(line.at - part)}), error))
      return false;
    part = rest.at;
  }
  if (!part)
    return fail(error, MIME_ERROR_MALFORMED, "a multipart without its boundary");
  return is_last ||
         walk_part(walk, (struct text){part, rest.length + (gsize)(rest.at - part)}, error);
}

static bool
walk_by_header(struct walk *walk, const struct mime_header *header, struct text body,
               GError **error)
{
  if (!g_str_has_prefix(header->type, "multipart/"))
    return walk_leaf(walk, header, body, error);
  if (!header->boundary || !*header->boundary)
    return fail(error, MIME_ERROR_MALFORMED, "a multipart without a boundary");
  return walk_multipart(walk, header->boundary, body, error);
}

static bool
walk_part(struct walk *walk, struct text message, GError **error)
{
  struct mime_header header;
  bool fine;

  if (walk->depth == MIME_DEPTH_MAX)
    return fail(error, MIME_ERROR_TOO_LARGE, "parts nested too deep");
  walk->depth++;
  mime_header_parse(&message, &header);
  fine = walk_by_header(walk, &header, message, error);
  mime_header_clear(&header);
  walk->depth--;
  return fine;
}

bool
mime_walk(struct text message, mime_visit visit, gpointer data, GError **error)
{
  struct walk walk = {visit, data, 0, 0};

  return walk_part(&walk, message, error);
}
