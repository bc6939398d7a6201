/* SPDX-License-Identifier: Apache-2.0 */
/* The table of key types: keyimpls[] of sshkey.c in OpenSSH 9.2. */
#include "guest/ssh/key/key_type.h"

#include "guest/ssh/key/key_error.h"

#include <string.h>

/* Bytes of a name that an error message repeats. */
#define WORD_MAX 64

#define CERTIFICATE "-cert-v01@openssh.com"

/* An uncompressed point: a byte that says so, and two coordinates. */
#define POINT_BYTES(bits) (1 + 2 * (((bits) + 7) / 8))

static const struct key_type types[] = {
    {
        .name = "ssh-ed25519",
        .certificate = "ssh-ed25519" CERTIFICATE,
        .short_name = "ED25519",
        .point_bytes = 32,
        .bits = 256,
        .parts = {KEY_PART_POINT},
    },
    {
        .name = "sk-ssh-ed25519@openssh.com",
        .certificate = "sk-ssh-ed25519" CERTIFICATE,
        .short_name = "ED25519-SK",
        .point_bytes = 32,
        .bits = 256,
        .parts = {KEY_PART_POINT, KEY_PART_APPLICATION},
    },
    {
        .name = "ecdsa-sha2-nistp256",
        .certificate = "ecdsa-sha2-nistp256" CERTIFICATE,
        .curve = "nistp256",
        .point_bytes = POINT_BYTES(256),
        .bits = 256,
        .parts = {KEY_PART_CURVE, KEY_PART_POINT},
    },
    {
        .name = "ecdsa-sha2-nistp384",
        .certificate = "ecdsa-sha2-nistp384" CERTIFICATE,
        .curve = "nistp384",
        .point_bytes = POINT_BYTES(384),
        .bits = 384,
        .parts = {KEY_PART_CURVE, KEY_PART_POINT},
    },
    {
        .name = "ecdsa-sha2-nistp521",
        .certificate = "ecdsa-sha2-nistp521" CERTIFICATE,
        .curve = "nistp521",
        .point_bytes = POINT_BYTES(521),
        .bits = 521,
        .parts = {KEY_PART_CURVE, KEY_PART_POINT},
    },
    {
        .name = "sk-ecdsa-sha2-nistp256@openssh.com",
        .certificate = "sk-ecdsa-sha2-nistp256" CERTIFICATE,
        .curve = "nistp256",
        .point_bytes = POINT_BYTES(256),
        .bits = 256,
        .parts = {KEY_PART_CURVE, KEY_PART_POINT, KEY_PART_APPLICATION},
    },
    {
        .name = "ssh-dss",
        .certificate = "ssh-dss" CERTIFICATE,
        .short_name = "DSA",
        .parts = {KEY_PART_MODULUS, KEY_PART_NUMBER, KEY_PART_NUMBER, KEY_PART_NUMBER},
    },
    {
        .name = "ssh-rsa",
        .certificate = "ssh-rsa" CERTIFICATE,
        .short_name = "RSA",
        .bits = 1024,
        .parts = {KEY_PART_NUMBER, KEY_PART_MODULUS},
    },
};

static const struct alias {
  const char *name, *stands_for;
} aliases[] = {
    {"rsa-sha2-256", "ssh-rsa"},
    {"rsa-sha2-512", "ssh-rsa"},
    {"rsa-sha2-256" CERTIFICATE, "ssh-rsa" CERTIFICATE},
    {"rsa-sha2-512" CERTIFICATE, "ssh-rsa" CERTIFICATE},
    {"webauthn-sk-ecdsa-sha2-nistp256@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"},
};

static struct text
resolve(struct text word)
{
  for (guint i = 0; i < G_N_ELEMENTS(aliases); i++)
    if (text_is(word, aliases[i].name))
      return text_of_string(aliases[i].stands_for);
  return word;
}

const struct key_type *
key_type_of_word(struct text word, bool *ret_certificate)
{
  struct text name = resolve(word);

  for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
    bool certificate = text_is(name, types[i].certificate);

    if (!certificate && !text_is(name, types[i].name))
      continue;
    *ret_certificate = certificate;
    return &types[i];
  }
  return NULL;
}

static bool
is_short_name(struct text name, const struct key_type *type)
{
  return type->short_name && strlen(type->short_name) == name.length &&
         g_ascii_strncasecmp(name.at, type->short_name, name.length) == 0;
}

const struct key_type *
key_type_of_blob(struct text name, bool *ret_certificate)
{
  const struct key_type *type = key_type_of_word(name, ret_certificate);

  for (guint i = 0; i < G_N_ELEMENTS(types) && !type; i++) {
    if (!is_short_name(name, &types[i]))
      continue;
    *ret_certificate = false;
    type = &types[i];
  }
  return type;
}

/* Whether a word looks like the name of a type: any other may be a secret. */
static bool
looks_like_type(struct text word)
{
  for (gsize i = 0; i < word.length; i++)
    if (!g_ascii_isalnum(word.at[i]) && !strchr("-_.@", word.at[i]))
      return false;
  return word.length > 0 && word.length <= WORD_MAX;
}

void
key_type_set_unknown(struct text word, GError **error)
{
  if (looks_like_type(word))
    g_set_error(error, SSH_KEY_ERROR, SSH_KEY_ERROR_MALFORMED, "an unknown key type \"%.*s\"",
                (int)word.length, word.at);
  else
    ssh_key_malformed("no key type", error);
}
