/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public half of a private key file: OpenSSH's own format (PROTOCOL.key), whose public blob is
 * in the clear, and unencrypted PEM of RSA, EC and DSA (PKCS #1, SEC 1, PKCS #8). No secret is
 * copied out, and what had to be decoded to get past it is wiped.
 */
#pragma once

#include "guest/ssh/key/key.h"

/*
 * The key of a file's bytes, new; comments are not in the clear. *ret_encrypted, written on
 * success, tells whether its private half has a passphrase. NULL with an SSH_KEY_ERROR: _TRUNCATED
 * for a file that begins as a key and ends too early, without the newline of its last line, too;
 * _ENCRYPTED for PEM with a passphrase, _NO_PUBLIC for PKCS #8 of DSA and Ed25519.
 */
struct ssh_key *private_key_parse(const char *bytes, gsize length, bool *ret_encrypted,
                                  GError **error);
