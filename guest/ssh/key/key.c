/* SPDX-License-Identifier: Apache-2.0 */
/* Public keys as SSH writes them. */
#include "guest/ssh/key/key.h"

#include "guest/ssh/key/certificate.h"
#include "guest/ssh/key/key_type.h"
#include "guest/ssh/key/wire.h"

#include <string.h>

/* What uncompressed points of the NIST curves begin with (SEC 1, section 2.3.3). */
#define POINT_UNCOMPRESSED '\x04'

/* Of a buffer to begin with: as much as most keys have. */
#define ENOUGH_BYTES 1024

/* What is read of one blob, and the same as OpenSSH would write it. */
struct reading {
  const struct key_type *type;
  struct text rest;
  GByteArray *blob;
  gint64 bits;
};

static bool
read_number(struct reading *reading, bool is_modulus, GError **error)
{
  struct text number;

  if (!wire_number(&reading->rest, &number, error))
    return false;
  wire_append_number(reading->blob, number);
  if (!is_modulus)
    return true;
  reading->bits = number.length == 0
                      ? 0
                      : (gint64)(number.length - 1) * 8 + g_bit_storage((guint8)number.at[0]);
  return reading->bits >= reading->type->bits || ssh_key_malformed("the key is too short", error);
}

static bool
read_curve(struct reading *reading, GError **error)
{
  struct text curve;

  if (!wire_words(&reading->rest, &curve, error))
    return false;
  wire_append_string(reading->blob, curve);
  return text_is(curve, reading->type->curve) ||
         ssh_key_malformed("the key is of another curve", error);
}

static bool
read_point(struct reading *reading, GError **error)
{
  struct text point;

  if (!wire_string(&reading->rest, &point, error))
    return false;
  wire_append_string(reading->blob, point);
  if (point.length != reading->type->point_bytes)
    return ssh_key_malformed("the key's point is of another size", error);
  return !reading->type->curve || point.at[0] == POINT_UNCOMPRESSED ||
         ssh_key_malformed("the key's point is compressed", error);
}

static bool
read_application(struct reading *reading, GError **error)
{
  struct text application;

  if (!wire_words(&reading->rest, &application, error))
    return false;
  wire_append_string(reading->blob, application);
  return true;
}

static bool
read_part(struct reading *reading, enum key_part part, GError **error)
{
  switch (part) {
  case KEY_PART_NUMBER:
  case KEY_PART_MODULUS:
    return read_number(reading, part == KEY_PART_MODULUS, error);
  case KEY_PART_CURVE:
    return read_curve(reading, error);
  case KEY_PART_POINT:
    return read_point(reading, error);
  case KEY_PART_APPLICATION:
    return read_application(reading, error);
  case KEY_PART_END:
    break;
  }
  return true;
}

static bool
read_parts(struct reading *reading, GError **error)
{
  const enum key_part *parts = reading->type->parts;

  reading->bits = reading->type->bits;
  for (guint i = 0; i < KEY_PARTS_MAX && parts[i] != KEY_PART_END; i++)
    if (!read_part(reading, parts[i], error))
      return false;
  return true;
}

/* "SHA256:" and base64 without padding, new. */
static char *
fingerprint_of(GBytes *blob)
{
  g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof(digest), blob_length;
  const guchar *bytes = g_bytes_get_data(blob, &blob_length);

  g_checksum_update(checksum, bytes, (gssize)blob_length);
  g_checksum_get_digest(checksum, digest, &length);
  g_autofree char *base64 = g_base64_encode(digest, length);
  base64[strcspn(base64, "=")] = '\0';
  return g_strconcat("SHA256:", base64, NULL);
}

/* What follows the type's name. A certificate has a nonce before the key, and itself behind. */
static struct ssh_key *
read_key(struct reading *reading, bool has_certificate, GError **error)
{
  g_autoptr(SshKey) key = g_new0(struct ssh_key, 1);
  struct text nonce;

  if (has_certificate && !wire_string(&reading->rest, &nonce, error))
    return NULL;
  wire_append_string(reading->blob, text_of_string(reading->type->name));
  if (!read_parts(reading, error))
    return NULL;
  if (has_certificate && !(key->certificate = ssh_certificate_read(&reading->rest, error)))
    return NULL;
  if (reading->rest.length > 0) {
    ssh_key_malformed("the key goes on where it should end", error);
    return NULL;
  }
  key->algorithm = has_certificate ? reading->type->certificate : reading->type->name;
  key->bits = reading->bits;
  key->blob = g_byte_array_free_to_bytes(g_steal_pointer(&reading->blob));
  key->fingerprint = fingerprint_of(key->blob);
  return g_steal_pointer(&key);
}

static struct ssh_key *
parse(struct text blob, bool may_have_certificate, GError **error)
{
  struct reading reading = {.rest = blob};
  struct text name;
  bool has_certificate;

  if (!wire_words(&reading.rest, &name, error))
    return NULL;
  reading.type = key_type_of_blob(name, &has_certificate);
  if (!reading.type) {
    key_type_set_unknown(name, error);
    return NULL;
  }
  if (has_certificate && !may_have_certificate) {
    ssh_key_malformed("a certificate where a key should be", error);
    return NULL;
  }
  reading.blob = g_byte_array_sized_new((guint)MIN(blob.length, ENOUGH_BYTES));
  struct ssh_key *key = read_key(&reading, has_certificate, error);
  g_clear_pointer(&reading.blob, g_byte_array_unref);
  return key;
}

struct ssh_key *
ssh_key_parse(const void *blob, gsize length, GError **error)
{
  return parse((struct text){blob, length}, true, error);
}

struct ssh_key *
ssh_key_parse_plain(const void *blob, gsize length, GError **error)
{
  return parse((struct text){blob, length}, false, error);
}

char *
ssh_key_base64(const struct ssh_key *key)
{
  gsize length;
  const guchar *blob = g_bytes_get_data(key->blob, &length);

  return g_base64_encode(blob, length);
}

void
ssh_key_free(struct ssh_key *key)
{
  if (!key)
    return;
  g_free(key->fingerprint);
  g_clear_pointer(&key->blob, g_bytes_unref);
  ssh_certificate_free(key->certificate);
  g_free(key);
}
