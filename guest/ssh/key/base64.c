/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 as OpenSSH takes it. */
#include "guest/ssh/key/base64.h"

#include <string.h>

#define NONE 0xff

/* The value of a digit of base64, NONE of any other byte. */
static guint8
digit_value(char c)
{
  if (c >= 'A' && c <= 'Z')
    return (guint8)(c - 'A');
  if (c >= 'a' && c <= 'z')
    return (guint8)(c - 'a' + 26);
  if (c >= '0' && c <= '9')
    return (guint8)(c - '0' + 52);
  return c == '+' ? 62 : c == '/' ? 63 : NONE;
}

static bool
is_space(char c)
{
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The number of padding signs that `text` is, white space apart; -1 when there is anything else. */
static int
count_padding(struct text text)
{
  int count = 0;

  for (gsize i = 0; i < text.length; i++) {
    if (text.at[i] == '=')
      count++;
    else if (!is_space(text.at[i]))
      return -1;
  }
  return count;
}

/* Of the last group two digits or three say one byte or two; what bits are left are zero. */
static bool
ends_well(gsize count, guint32 bits, struct text padding)
{
  static const guint32 left[] = {0, G_MAXUINT32, 0xf, 0x3};
  static const int padded[] = {0, -1, 2, 1};

  return (bits & left[count % 4]) == 0 && count_padding(padding) == padded[count % 4];
}

static bool
decode(struct text text, guint8 *bytes, gsize *ret_length)
{
  gsize length = 0, count = 0, i;
  guint32 bits = 0;

  for (i = 0; i < text.length && text.at[i] != '='; i++) {
    guint8 value = digit_value(text.at[i]);

    if (value == NONE) {
      if (is_space(text.at[i]))
        continue;
      return false;
    }
    bits = bits << 6 | value;
    if (count % 4 != 0)
      bytes[length++] = (guint8)(bits >> (6 - 2 * (count % 4)));
    count++;
  }
  *ret_length = length;
  return ends_well(count, bits, (struct text){text.at + i, text.length - i});
}

guint8 *
base64_decode(struct text text, gsize *ret_length)
{
  gsize size = text.length / 4 * 3 + 3, length;
  guint8 *bytes = g_malloc(size);

  if (decode(text, bytes, &length)) {
    *ret_length = length;
    return bytes;
  }
  explicit_bzero(bytes, size);
  g_free(bytes);
  return NULL;
}
