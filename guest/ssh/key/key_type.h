/* SPDX-License-Identifier: Apache-2.0 */
/* The key types of OpenSSH (`ssh -Q key`), and what each one's blob is made of. */
#pragma once

#include "guest/text.h"

/* What follows the name of the type. */
enum key_part {
  KEY_PART_END,
  KEY_PART_NUMBER,
  KEY_PART_MODULUS,     /* a number, whose bits are those of the key */
  KEY_PART_CURVE,       /* a name, which must be `curve` */
  KEY_PART_POINT,       /* of that curve, uncompressed, or of Ed25519: `point_bytes` */
  KEY_PART_APPLICATION, /* for what a security key made it */
};

#define KEY_PARTS_MAX 5

struct key_type {
  const char *name;
  const char *certificate; /* its name with a certificate */
  const char *short_name;  /* what a blob may say for it, in letters of any case; NULL: nothing */
  const char *curve;
  gsize point_bytes;
  gint64 bits; /* of every such key; of one with a modulus the least that OpenSSH takes */
  enum key_part parts[KEY_PARTS_MAX];
};

/*
 * The type that a line gives, NULL of a word that is none. The names of algorithms for signatures
 * stand for their key types, too.
 */
const struct key_type *key_type_of_word(struct text word, bool *ret_certificate);

/* The type that a blob gives. */
const struct key_type *key_type_of_blob(struct text name, bool *ret_certificate);

/*
 * Set SSH_KEY_ERROR_MALFORMED for a word that is none, and is repeated only if it looks like one.
 */
void key_type_set_unknown(struct text word, GError **error);
