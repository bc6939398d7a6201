/* SPDX-License-Identifier: Apache-2.0 */
/* The data types that SSH's blobs are made of. */
#include "guest/ssh/key/wire.h"

#include "guest/ssh/key/key_error.h"

#include <string.h>

/* SSHBUF_MAX_BIGNUM of OpenSSH. */
#define NUMBER_BYTES_MAX (16384 / 8)

/* Cut `length` bytes off. */
static bool
take(struct text *rest, guint64 length, struct text *ret_bytes, GError **error)
{
  if (length > rest->length)
    return ssh_key_fail(SSH_KEY_ERROR_TRUNCATED, "the key ends too early", error);
  *ret_bytes = (struct text){rest->at, length};
  text_drop(rest, length);
  return true;
}

static guint64
big_endian(struct text bytes)
{
  guint64 number = 0;

  for (gsize i = 0; i < bytes.length; i++)
    number = number << 8 | (guint8)bytes.at[i];
  return number;
}

bool
wire_u32(struct text *rest, guint32 *ret_number, GError **error)
{
  struct text bytes;

  if (!take(rest, sizeof(*ret_number), &bytes, error))
    return false;
  *ret_number = (guint32)big_endian(bytes);
  return true;
}

bool
wire_u64(struct text *rest, guint64 *ret_number, GError **error)
{
  struct text bytes;

  if (!take(rest, sizeof(*ret_number), &bytes, error))
    return false;
  *ret_number = big_endian(bytes);
  return true;
}

bool
wire_string(struct text *rest, struct text *ret_string, GError **error)
{
  guint32 length;

  return wire_u32(rest, &length, error) && take(rest, length, ret_string, error);
}

bool
wire_words(struct text *rest, struct text *ret_words, GError **error)
{
  struct text words;

  if (!wire_string(rest, &words, error))
    return false;
  if (words.length > 0 && words.at[words.length - 1] == '\0')
    words.length--;
  if (memchr(words.at, '\0', words.length))
    return ssh_key_malformed("a NUL in a text", error);
  *ret_words = words;
  return true;
}

bool
wire_number(struct text *rest, struct text *ret_number, GError **error)
{
  struct text number;

  if (!wire_string(rest, &number, error))
    return false;
  if (number.length > 0 && ((guint8)number.at[0] & 0x80) != 0)
    return ssh_key_malformed("a negative number", error);
  if (number.length > NUMBER_BYTES_MAX + 1 ||
      (number.length == NUMBER_BYTES_MAX + 1 && number.at[0] != 0))
    return ssh_key_malformed("a number is too large", error);
  while (number.length > 0 && number.at[0] == 0)
    text_drop(&number, 1);
  *ret_number = number;
  return true;
}

static void
append_length(GByteArray *blob, gsize length)
{
  guint32 wire = GUINT32_TO_BE((guint32)length);

  g_assert(length <= G_MAXUINT32);
  g_byte_array_append(blob, (const guint8 *)&wire, sizeof(wire));
}

void
wire_append_string(GByteArray *blob, struct text string)
{
  append_length(blob, string.length);
  g_byte_array_append(blob, (const guint8 *)string.at, (guint)string.length);
}

void
wire_append_number(GByteArray *blob, struct text number)
{
  static const guint8 positive = 0;
  bool looks_negative = number.length > 0 && ((guint8)number.at[0] & 0x80) != 0;

  append_length(blob, number.length + looks_negative);
  if (looks_negative)
    g_byte_array_append(blob, &positive, 1);
  g_byte_array_append(blob, (const guint8 *)number.at, (guint)number.length);
}
