/* SPDX-License-Identifier: Apache-2.0 */
/* The little of a certificate that says whom it is for. */
#include "guest/x509.h"

#include "guest/text.h"

#include <string.h>

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END   "-----END CERTIFICATE-----"

/* Tags of DER (X.690) that are needed; those in brackets are of the certificate's own fields. */
enum tag {
  TAG_BOOLEAN = 0x01,
  TAG_INTEGER = 0x02,
  TAG_OCTETS = 0x04,
  TAG_OID = 0x06,
  TAG_SEQUENCE = 0x30,
  TAG_SET = 0x31,
  TAG_VERSION = 0xa0,
  TAG_EXTENSIONS = 0xa3,
};

struct der {
  const guint8 *at;
  gsize length;
};

/* One or more bytes of length: more than three are those of no certificate. */
static bool
take_length(struct der *rest, gsize *ret_length)
{
  guint8 first = rest->at[0];
  guint count = first < 0x80 ? 0 : first & 0x7f;

  *ret_length = first;
  if (count > 3 || first == 0x80 || rest->length < 1 + (gsize)count)
    return false;
  if (count > 0)
    *ret_length = 0;
  for (guint i = 1; i <= count; i++)
    *ret_length = *ret_length << 8 | rest->at[i];
  rest->at += 1 + count;
  rest->length -= 1 + count;
  return true;
}

/* Cut the next element off `rest`. False after the last, and before one that is too long. */
static bool
next(struct der *rest, guint8 *ret_tag, struct der *ret_content)
{
  struct der left = *rest;
  gsize length;

  if (left.length < 2)
    return false;
  *ret_tag = left.at[0];
  left = (struct der){left.at + 1, left.length - 1};
  if (!take_length(&left, &length) || length > left.length)
    return false;
  *ret_content = (struct der){left.at, length};
  *rest = (struct der){left.at + length, left.length - length};
  return true;
}

/* The same, of an element that must have a tag: left where it is when it has another. */
static bool
take(struct der *rest, enum tag wanted, struct der *ret_content)
{
  struct der left = *rest;
  guint8 tag;

  if (!next(&left, &tag, ret_content) || tag != wanted)
    return false;
  *rest = left;
  return true;
}

#define OID_LENGTH 3
static const guint8 common_name[OID_LENGTH] = {0x55, 0x04, 0x03};       /* 2.5.4.3 */
static const guint8 basic_constraints[OID_LENGTH] = {0x55, 0x1d, 0x13}; /* 2.5.29.19 */

/* Go into the sequence `item`, whose first element must be this identifier. */
static bool
has_oid(struct der *item, const guint8 wanted[OID_LENGTH])
{
  struct der oid;

  return take(item, TAG_OID, &oid) && oid.length == OID_LENGTH &&
         memcmp(oid.at, wanted, OID_LENGTH) == 0;
}

/* A name is a sequence of sets of pairs: an identifier, and a string of some kind. */
static char *
find_common_name(struct der subject)
{
  g_autofree char *name = NULL;
  struct der set, pair, text;
  guint8 tag;

  while (take(&subject, TAG_SET, &set))
    while (take(&set, TAG_SEQUENCE, &pair))
      if (has_oid(&pair, common_name) && next(&pair, &tag, &text)) {
        g_free(name);
        name = text_printable((const char *)text.at, text.length);
      }
  return g_steal_pointer(&name);
}

/* SEQUENCE { identifier, critical?, OCTET STRING { SEQUENCE { cA?, … } } } */
static bool
makes_authority(struct der extension)
{
  struct der critical, octets, constraints, authority;

  if (!has_oid(&extension, basic_constraints))
    return false;
  take(&extension, TAG_BOOLEAN, &critical);
  return take(&extension, TAG_OCTETS, &octets) && take(&octets, TAG_SEQUENCE, &constraints) &&
         take(&constraints, TAG_BOOLEAN, &authority) && authority.length == 1 &&
         authority.at[0] != 0;
}

static bool
find_authority(struct der rest)
{
  struct der extensions, list, extension, passed;
  bool found = false;
  guint8 tag;

  while (!take(&rest, TAG_EXTENSIONS, &extensions))
    if (!next(&rest, &tag, &passed))
      return false;
  if (take(&extensions, TAG_SEQUENCE, &list))
    while (!found && take(&list, TAG_SEQUENCE, &extension))
      found = makes_authority(extension);
  return found;
}

/* RFC 5280, 4.1: version?, serial number, algorithm, issuer, validity, subject, key, … */
static bool
parse_der(struct der rest, struct x509 *ret_x509)
{
  struct der certificate, fields, subject, passed;

  if (!take(&rest, TAG_SEQUENCE, &certificate) || !take(&certificate, TAG_SEQUENCE, &fields))
    return false;
  take(&fields, TAG_VERSION, &passed);
  if (!take(&fields, TAG_INTEGER, &passed) || !take(&fields, TAG_SEQUENCE, &passed) ||
      !take(&fields, TAG_SEQUENCE, &passed) || !take(&fields, TAG_SEQUENCE, &passed) ||
      !take(&fields, TAG_SEQUENCE, &subject) || !take(&fields, TAG_SEQUENCE, &passed))
    return false;
  *ret_x509 = (struct x509){
      .common_name = find_common_name(subject),
      .is_authority = find_authority(fields),
  };
  return true;
}

bool
x509_parse(GBytes *pem, struct x509 *ret_x509)
{
  struct text text = text_of(pem);
  const char *begin = memmem(text.at, text.length, BEGIN, strlen(BEGIN));

  if (!begin)
    return false;
  begin += strlen(BEGIN);
  const char *end = memmem(begin, text.length - (gsize)(begin - text.at), END, strlen(END));
  if (!end)
    return false;
  g_autofree char *base64 = g_strndup(begin, (gsize)(end - begin));
  gsize length;
  g_autofree guint8 *bytes = g_base64_decode(base64, &length);
  return parse_der((struct der){bytes, length}, ret_x509);
}
