/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public halves of private keys in DER, as PEM holds them: RSAPrivateKey of PKCS #1 (RFC 8017,
 * A.1.2), ECPrivateKey of SEC 1 (RFC 5915), OpenSSL's DSAPrivateKey, and those in PKCS #8
 * (RFC 5208).
 */
#pragma once

#include "guest/ssh/key/key.h"

/*
 * The public key of what a PEM block of this label ("RSA PRIVATE KEY", …) holds; new. NULL with an
 * SSH_KEY_ERROR: _MALFORMED for a label that is none of a private key, too.
 */
struct ssh_key *private_pem_parse(struct text label, struct text der, GError **error);
