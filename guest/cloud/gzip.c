/* SPDX-License-Identifier: Apache-2.0 */
/* gzip by zlib, into a buffer of fixed size. */
#include "guest/cloud/gzip.h"

#include <string.h>
#include <zlib.h>

G_DEFINE_QUARK(gzip_error, gzip_error)

#define WINDOW_BITS    15
#define GZIP_ONLY      16 /* added to them: neither zlib's own format nor a raw stream */
#define GZIP_MAGIC     "\x1f\x8b"
#define GZIP_MAGIC_LEN 2

bool
gzip_is(struct text bytes)
{
  return bytes.length >= GZIP_MAGIC_LEN && memcmp(bytes.at, GZIP_MAGIC, GZIP_MAGIC_LEN) == 0;
}

static bool
fail(GError **error, enum gzip_error code, const char *why)
{
  g_set_error_literal(error, GZIP_ERROR, code, why);
  return false;
}

static bool
is_padding(const z_stream *stream)
{
  for (uInt i = 0; i < stream->avail_in; i++)
    if (stream->next_in[i] != 0)
      return false;
  return true;
}

/* Its buffer has room for one byte more than may come out. */
static bool
inflate_members(z_stream *stream, GError **error)
{
  for (;;) {
    int result = inflate(stream, Z_NO_FLUSH);

    if (stream->avail_out == 0)
      return fail(error, GZIP_ERROR_TOO_LARGE, "gzip of more than 1 MiB");
    if (result == Z_STREAM_END && is_padding(stream))
      return true;
    if (result == Z_STREAM_END && inflateReset(stream) == Z_OK)
      continue;
    if (result == Z_MEM_ERROR)
      g_error("no memory for inflate");
    if (result != Z_OK)
      return fail(error, GZIP_ERROR_MALFORMED, "no whole gzip");
  }
}

SecretString *
gzip_expand(struct text bytes, GError **error)
{
  g_autoptr(SecretString) expanded = g_string_sized_new(GZIP_EXPANDED_MAX + 1);
  z_stream stream = {
      .next_in = (Bytef *)bytes.at,
      .avail_in = (uInt)MIN(bytes.length, G_MAXUINT),
      .next_out = (Bytef *)expanded->str,
      .avail_out = (uInt)GZIP_EXPANDED_MAX + 1,
  };

  if (inflateInit2(&stream, WINDOW_BITS + GZIP_ONLY) != Z_OK)
    g_error("no memory for inflate");
  bool fine = inflate_members(&stream, error);
  g_string_set_size(expanded, (gsize)((char *)stream.next_out - expanded->str));
  inflateEnd(&stream);
  return fine ? g_steal_pointer(&expanded) : NULL;
}
