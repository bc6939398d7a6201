/* SPDX-License-Identifier: Apache-2.0 */
/* The public half of a private key in OpenSSH's own format. */
#include "guest/ssh/key/private_openssh.h"

#include "guest/ssh/key/wire.h"

#include <string.h>

#define NO_CIPHER "none"

/* With its NUL. */
static const char magic[] = "openssh-key-v1";

struct envelope {
  struct text cipher, public, private;
};

/* What stands before the keys. There is one key. */
static bool
read_head(struct text *rest, struct text *ret_cipher, GError **error)
{
  struct text derivation, options;
  guint32 keys;

  if (rest->length < sizeof(magic) || memcmp(rest->at, magic, sizeof(magic)) != 0)
    return ssh_key_malformed("the key is of another format than its file says", error);
  text_drop(rest, sizeof(magic));
  if (!wire_words(rest, ret_cipher, error) || !wire_words(rest, &derivation, error) ||
      !wire_string(rest, &options, error) || !wire_u32(rest, &keys, error))
    return false;
  if (text_is(derivation, "none") && !text_is(*ret_cipher, NO_CIPHER))
    return ssh_key_malformed("the key is encrypted without a passphrase", error);
  return keys == 1 || ssh_key_malformed("not one key in the file", error);
}

static bool
read_envelope(struct text blob, struct envelope *ret_envelope, GError **error)
{
  struct envelope envelope;

  if (!read_head(&blob, &envelope.cipher, error) || !wire_string(&blob, &envelope.public, error) ||
      !wire_string(&blob, &envelope.private, error))
    return false;
  if (envelope.private.length == 0)
    return ssh_key_malformed("the private half is not there", error);
  /* What authenticated ciphers add is behind the private half. */
  if (text_is(envelope.cipher, NO_CIPHER) && blob.length > 0)
    return ssh_key_malformed("the key goes on where it should end", error);
  *ret_envelope = envelope;
  return true;
}

/* RSA's private half tells its two public numbers in the other order. */
static GByteArray *
rsa_blob(struct text private, GError **error)
{
  struct text type, modulus, exponent;
  g_autoptr(GByteArray) blob = g_byte_array_new();

  if (!wire_string(&private, &type, error) || !wire_number(&private, &modulus, error) ||
      !wire_number(&private, &exponent, error))
    return NULL;
  wire_append_string(blob, type);
  wire_append_number(blob, exponent);
  wire_append_number(blob, modulus);
  return g_steal_pointer(&blob);
}

/* Those of all other types begin as their public half does. */
static bool
begins_with(struct text text, const void *prefix, gsize length)
{
  return text.length >= length && memcmp(text.at, prefix, length) == 0;
}

/*
 * sshd uses the public half that is told with the private one, while tools show the one that is in
 * the clear: they had better be the same.
 */
static bool
is_of_key(struct text private, const struct ssh_key *key, GError **error)
{
  guint32 check, again;
  gsize length;
  const void *public = g_bytes_get_data(key->blob, &length);

  if (!wire_u32(&private, &check, error) || !wire_u32(&private, &again, error))
    return false;
  if (check != again)
    return ssh_key_malformed("the private half is damaged", error);
  if (strcmp(key->algorithm, "ssh-rsa") != 0)
    return begins_with(private, public, length) ||
           ssh_key_malformed("the private half is of another key", error);
  g_autoptr(GByteArray) blob = rsa_blob(private, error);
  if (!blob)
    return false;
  return (blob->len == length && memcmp(blob->data, public, length) == 0) ||
         ssh_key_malformed("the private half is of another key", error);
}

struct ssh_key *
private_openssh_parse(struct text blob, bool *ret_encrypted, GError **error)
{
  struct envelope envelope;

  if (!read_envelope(blob, &envelope, error))
    return NULL;
  g_autoptr(SshKey) key = ssh_key_parse_plain(envelope.public.at, envelope.public.length, error);
  bool encrypted = !text_is(envelope.cipher, NO_CIPHER);
  if (!key || (!encrypted && !is_of_key(envelope.private, key, error)))
    return NULL;
  *ret_encrypted = encrypted;
  return g_steal_pointer(&key);
}
