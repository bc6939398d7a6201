/* SPDX-License-Identifier: Apache-2.0 */
/* Elements of DER: a tag, a length, the content. */
#include "guest/ssh/key/der.h"

#include "guest/ssh/key/key_error.h"

/* A length of more bytes than these is none that we could be asked to read. */
#define LENGTH_BYTES_MAX 4
#define LENGTH_IS_LONG   0x80

static bool
too_short(GError **error)
{
  return ssh_key_fail(SSH_KEY_ERROR_TRUNCATED, "the key ends too early", error);
}

static bool
next_byte(struct text *rest, guint8 *ret_byte)
{
  if (rest->length == 0)
    return false;
  *ret_byte = (guint8)rest->at[0];
  text_drop(rest, 1);
  return true;
}

static bool
next_length(struct text *rest, gsize *ret_length, GError **error)
{
  guint8 first, byte;
  gsize length = 0;

  if (!next_byte(rest, &first))
    return too_short(error);
  if (first < LENGTH_IS_LONG) {
    *ret_length = first;
    return true;
  }
  guint count = first & ~LENGTH_IS_LONG;
  if (count == 0 || count > LENGTH_BYTES_MAX)
    return ssh_key_malformed("a length in the key is none", error);
  for (; count > 0; count--) {
    if (!next_byte(rest, &byte))
      return too_short(error);
    length = length << 8 | byte;
  }
  *ret_length = length;
  return true;
}

static bool
next_element(struct text *rest, struct text *ret_content, GError **error)
{
  struct text at = *rest;
  guint8 tag;
  gsize length;

  if (!next_byte(&at, &tag))
    return too_short(error);
  if (!next_length(&at, &length, error))
    return false;
  if (length > at.length)
    return too_short(error);
  *ret_content = (struct text){at.at, length};
  text_drop(&at, length);
  *rest = at;
  return true;
}

bool
der_next(struct text *rest, enum der_tag tag, struct text *ret_content, GError **error)
{
  if (rest->length > 0 && (guint8)rest->at[0] != tag)
    return ssh_key_malformed("the key is not put together as one of its kind", error);
  return next_element(rest, ret_content, error);
}

bool
der_skip(struct text *rest, enum der_tag tag, struct text *ret_content)
{
  return der_next(rest, tag, ret_content, NULL);
}

bool
der_skip_any(struct text *rest, struct text *ret_content)
{
  return next_element(rest, ret_content, NULL);
}

bool
der_number(struct text *rest, struct text *ret_number, GError **error)
{
  struct text number;

  if (!der_next(rest, DER_INTEGER, &number, error))
    return false;
  if (number.length == 0 || ((guint8)number.at[0] & 0x80) != 0)
    return ssh_key_malformed("a number in the key is negative", error);
  while (number.length > 0 && number.at[0] == 0)
    text_drop(&number, 1);
  *ret_number = number;
  return true;
}
