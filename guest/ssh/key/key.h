/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Public keys as SSH writes them: the blob of RFC 4253 section 6.6 and its relatives of OpenSSH
 * (PROTOCOL, PROTOCOL.certkeys, PROTOCOL.u2f). Pure code over hostile bytes.
 */
#pragma once

#include "guest/ssh/key/key_error.h"
#include "guest/text.h"

/* A certificate of OpenSSH: what the authority says of the key. Its signature is not verified. */
struct ssh_certificate {
  bool is_host; /* else of a user */
  GBytes *id;
  GPtrArray *principals;             /* of GBytes; none: all */
  guint64 valid_after, valid_before; /* Unix seconds; 0: always, G_MAXUINT64: for ever */
  char *authority;                   /* fingerprint of the key that signed it */
};
typedef struct ssh_certificate SshCertificate;

struct ssh_key {
  /* "ssh-ed25519"; of a certificate "ssh-ed25519-cert-v01@openssh.com": of the table of types. */
  const char *algorithm;
  gint64 bits;                         /* as `ssh-keygen -l` counts them */
  char *fingerprint;                   /* "SHA256:…"; of a certificate that of its key */
  GBytes *blob;                        /* of a certificate the plain key's */
  struct ssh_certificate *certificate; /* NULL of a plain key */
};
typedef struct ssh_key SshKey;

/*
 * A key from its blob, new. NULL with SSH_KEY_ERROR_MALFORMED or _TRUNCATED: of an unknown type,
 * too, as of one whose numbers OpenSSH would refuse. Whether a point is on its curve is not asked.
 * OpenSSH takes a key that is written in more ways than one (zeros before a number, another word
 * for its type): `blob` and `fingerprint` are of the way in which it would write it itself.
 */
struct ssh_key *ssh_key_parse(const void *blob, gsize length, GError **error);

/* Likewise, but a certificate is malformed: no certificate signs another. */
struct ssh_key *ssh_key_parse_plain(const void *blob, gsize length, GError **error);

/* Base64 of the blob, as in a .pub file; new. */
char *ssh_key_base64(const struct ssh_key *key);

void ssh_key_free(struct ssh_key *key); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SshKey, ssh_key_free)
