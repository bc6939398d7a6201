/* SPDX-License-Identifier: Apache-2.0 */
/* The public halves of private keys in DER. */
#include "guest/ssh/key/private_pem.h"

#include "guest/ssh/key/der.h"
#include "guest/ssh/key/wire.h"

/* Object identifiers as DER has them, and their lengths. */
#define OID(bytes)                                                                                 \
  {                                                                                                \
    bytes, sizeof(bytes) - 1                                                                       \
  }
static const struct text oid_rsa = OID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01");
static const struct text oid_ec = OID("\x2a\x86\x48\xce\x3d\x02\x01");

static const struct curve {
  struct text oid;
  const char *type, *name;
} curves[] = {
    {OID("\x2a\x86\x48\xce\x3d\x03\x01\x07"), "ecdsa-sha2-nistp256", "nistp256"},
    {OID("\x2b\x81\x04\x00\x22"), "ecdsa-sha2-nistp384", "nistp384"},
    {OID("\x2b\x81\x04\x00\x23"), "ecdsa-sha2-nistp521", "nistp521"},
};

static struct ssh_key *
fail(enum ssh_key_error code, const char *what, GError **error)
{
  ssh_key_fail(code, what, error);
  return NULL;
}

static struct ssh_key *
key_of(GByteArray *blob, GError **error)
{
  return ssh_key_parse_plain(blob->data, blob->len, error);
}

/* The numbers of a sequence that begins with its version. */
static bool
next_numbers(struct text sequence, struct text *ret_numbers, guint count, GError **error)
{
  struct text version;

  if (!der_number(&sequence, &version, error))
    return false;
  for (guint i = 0; i < count; i++)
    if (!der_number(&sequence, &ret_numbers[i], error))
      return false;
  return true;
}

static struct ssh_key *
parse_rsa(struct text der, GError **error)
{
  enum { MODULUS, EXPONENT, SECRET, NUMBERS };
  struct text sequence, numbers[NUMBERS];
  g_autoptr(GByteArray) blob = g_byte_array_new();

  if (!der_next(&der, DER_SEQUENCE, &sequence, error) ||
      !next_numbers(sequence, numbers, NUMBERS, error))
    return NULL;
  wire_append_string(blob, text_of_string("ssh-rsa"));
  wire_append_number(blob, numbers[EXPONENT]);
  wire_append_number(blob, numbers[MODULUS]);
  return key_of(blob, error);
}

static struct ssh_key *
parse_dsa(struct text der, GError **error)
{
  enum { P, Q, G, PUBLIC, SECRET, NUMBERS };
  struct text sequence, numbers[NUMBERS];
  g_autoptr(GByteArray) blob = g_byte_array_new();

  if (!der_next(&der, DER_SEQUENCE, &sequence, error) ||
      !next_numbers(sequence, numbers, NUMBERS, error))
    return NULL;
  wire_append_string(blob, text_of_string("ssh-dss"));
  for (guint i = P; i <= PUBLIC; i++)
    wire_append_number(blob, numbers[i]);
  return key_of(blob, error);
}

static const struct curve *
find_curve(struct text oid)
{
  for (guint i = 0; i < G_N_ELEMENTS(curves); i++)
    if (text_equal(oid, curves[i].oid))
      return &curves[i];
  return NULL;
}

static struct ssh_key *
key_of_point(const struct curve *curve, struct text bits, GError **error)
{
  g_autoptr(GByteArray) blob = g_byte_array_new();

  /* The first byte counts the bits that the last one has too many: none. */
  if (bits.length == 0 || bits.at[0] != 0)
    return fail(SSH_KEY_ERROR_MALFORMED, "the key's point is none", error);
  wire_append_string(blob, text_of_string(curve->type));
  wire_append_string(blob, text_of_string(curve->name));
  wire_append_string(blob, (struct text){bits.at + 1, bits.length - 1});
  return key_of(blob, error);
}

/* The curve stands in the key, or before it in PKCS #8: `oid`, else empty. */
static struct ssh_key *
parse_ec(struct text der, struct text oid, GError **error)
{
  struct text sequence, version, secret, tagged, point;

  if (!der_next(&der, DER_SEQUENCE, &sequence, error) || !der_number(&sequence, &version, error) ||
      !der_next(&sequence, DER_OCTET_STRING, &secret, error))
    return NULL;
  if (der_skip(&sequence, DER_CONTEXT_0, &tagged))
    der_skip(&tagged, DER_OBJECT_ID, &oid);
  const struct curve *curve = find_curve(oid);
  if (!curve)
    return fail(SSH_KEY_ERROR_MALFORMED, "a key of a curve that OpenSSH does not know", error);
  if (!der_skip(&sequence, DER_CONTEXT_1, &tagged))
    return fail(SSH_KEY_ERROR_NO_PUBLIC, "the key does not tell its public half", error);
  if (!der_next(&tagged, DER_BIT_STRING, &point, error))
    return NULL;
  return key_of_point(curve, point, error);
}

static struct ssh_key *
parse_ec_alone(struct text der, GError **error)
{
  return parse_ec(der, (struct text){"", 0}, error);
}

static struct ssh_key *
parse_pkcs8(struct text der, GError **error)
{
  struct text sequence, version, algorithm, kind, oid = {"", 0}, key;

  if (!der_next(&der, DER_SEQUENCE, &sequence, error) || !der_number(&sequence, &version, error) ||
      !der_next(&sequence, DER_SEQUENCE, &algorithm, error) ||
      !der_next(&algorithm, DER_OBJECT_ID, &kind, error) ||
      !der_next(&sequence, DER_OCTET_STRING, &key, error))
    return NULL;
  if (text_equal(kind, oid_rsa))
    return parse_rsa(key, error);
  /* Of DSA and Ed25519 only the secret is there. */
  if (!text_equal(kind, oid_ec))
    return fail(SSH_KEY_ERROR_NO_PUBLIC, "the key does not tell its public half", error);
  der_skip(&algorithm, DER_OBJECT_ID, &oid);
  return parse_ec(key, oid, error);
}

static struct ssh_key *
parse_encrypted(struct text der, GError **error)
{
  (void)der;
  return fail(SSH_KEY_ERROR_ENCRYPTED, "the key is encrypted", error);
}

static const struct form {
  const char *label;
  struct ssh_key *(*parse)(struct text der, GError **error);
} forms[] = {
    {"RSA PRIVATE KEY", parse_rsa},
    {"DSA PRIVATE KEY", parse_dsa},
    {"EC PRIVATE KEY", parse_ec_alone},
    {"PRIVATE KEY", parse_pkcs8},
    {"ENCRYPTED PRIVATE KEY", parse_encrypted},
};

struct ssh_key *
private_pem_parse(struct text label, struct text der, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS(forms); i++)
    if (text_is(label, forms[i].label))
      return forms[i].parse(der, error);
  return fail(SSH_KEY_ERROR_MALFORMED, "no private key that OpenSSH knows", error);
}
