/* SPDX-License-Identifier: Apache-2.0 */
/* The little of a certificate that says whom it is for. */
#include "guest/x509.h"

#include "guest/ssh/key/der.h"

#include <string.h>

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END   "-----END CERTIFICATE-----"

#define OID_LENGTH 3
static const guint8 common_name[OID_LENGTH] = {0x55, 0x04, 0x03};       /* 2.5.4.3 */
static const guint8 basic_constraints[OID_LENGTH] = {0x55, 0x1d, 0x13}; /* 2.5.29.19 */

/* Go into the sequence `item`, whose first element must be this identifier. */
static bool
has_oid(struct text *item, const guint8 wanted[OID_LENGTH])
{
  struct text oid;

  return der_skip(item, DER_OBJECT_ID, &oid) && oid.length == OID_LENGTH &&
         memcmp(oid.at, wanted, OID_LENGTH) == 0;
}

/* A name is a sequence of sets of pairs: an identifier, and a string of some kind. */
static char *
find_common_name(struct text subject)
{
  g_autofree char *name = NULL;
  struct text set, pair, text;

  while (der_skip(&subject, DER_SET, &set))
    while (der_skip(&set, DER_SEQUENCE, &pair))
      if (has_oid(&pair, common_name) && der_skip_any(&pair, &text)) {
        g_free(name);
        name = text_printable(text.at, text.length);
      }
  return g_steal_pointer(&name);
}

/* SEQUENCE { identifier, critical?, OCTET STRING { SEQUENCE { cA?, … } } } */
static bool
makes_authority(struct text extension)
{
  struct text critical, octets, constraints, authority;

  if (!has_oid(&extension, basic_constraints))
    return false;
  der_skip(&extension, DER_BOOLEAN, &critical);
  return der_skip(&extension, DER_OCTET_STRING, &octets) &&
         der_skip(&octets, DER_SEQUENCE, &constraints) &&
         der_skip(&constraints, DER_BOOLEAN, &authority) && authority.length == 1 &&
         authority.at[0] != 0;
}

static bool
find_authority(struct text rest)
{
  struct text extensions, list, extension, passed;
  bool found = false;

  while (!der_skip(&rest, DER_CONTEXT_3, &extensions))
    if (!der_skip_any(&rest, &passed))
      return false;
  if (der_skip(&extensions, DER_SEQUENCE, &list))
    while (!found && der_skip(&list, DER_SEQUENCE, &extension))
      found = makes_authority(extension);
  return found;
}

/* RFC 5280, 4.1: version?, serial number, algorithm, issuer, validity, subject, key, … */
static bool
parse_der(struct text rest, struct x509 *ret_x509)
{
  struct text certificate, fields, subject, passed;

  if (!der_skip(&rest, DER_SEQUENCE, &certificate) ||
      !der_skip(&certificate, DER_SEQUENCE, &fields))
    return false;
  der_skip(&fields, DER_CONTEXT_0, &passed);
  if (!der_skip(&fields, DER_INTEGER, &passed) || !der_skip(&fields, DER_SEQUENCE, &passed) ||
      !der_skip(&fields, DER_SEQUENCE, &passed) || !der_skip(&fields, DER_SEQUENCE, &passed) ||
      !der_skip(&fields, DER_SEQUENCE, &subject) || !der_skip(&fields, DER_SEQUENCE, &passed))
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
  g_autofree guchar *bytes = g_base64_decode(base64, &length);
  return parse_der((struct text){(const char *)bytes, length}, ret_x509);
}
